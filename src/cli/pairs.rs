//! `twicetold compare --pairs`: a list of pairs goes in, one line of JSON for each comes out.
//!
//! Lines come in the order of the list, whatever the threads. A document that occurs in many pairs
//! is read and cut into words once, and forgotten after its last pair, so memory follows the list's
//! locality and not its length. A pair that cannot be read says so on its own line.

use std::{
    collections::HashMap,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::ArgMatches;
use rayon::prelude::*;

use super::{
    Session,
    engine::{self, Article, Format, Options, Progress as _},
    layers::Resolved,
    message::{Failure, Message},
    outcome::Done,
    outputs::{self, Output, Sink},
    progress::Bar,
    reading, writing,
};

/// So many pairs are compared between two writes.
const BLOCK: usize = 1024;

type Loaded = Result<Arc<Article>, String>;
type Pair = (String, String);

/// Compares every pair of the list.
pub(crate) fn run(
    list: &Path,
    matches: &ArgMatches,
    resolved: &Resolved,
    session: &Session,
) -> Result<Done, Failure> {
    let output = output(matches)?;
    outputs::check(std::slice::from_ref(&output), &[list.to_path_buf()])?;
    let bytes = reading::lines_of(list).map_err(|error| {
        let message = Message::new(format!("cannot read the list of pairs: {error}"));
        message.at(list.display().to_string()).help("check the path given to --pairs")
    })?;
    let pairs = parse(&bytes, &list.display().to_string())?;
    let sink = Sink::open(output.path.as_deref())?;
    let options = resolved.options(output.path.into_iter().collect());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(resolved.settings.threads).build();
    let pool =
        pool.map_err(|error| Message::new(error.to_string()).at("--threads").help("use fewer threads"))?;
    let unread = pool.install(|| compare_all(&pairs, &options, resolved, session, sink))?;
    Ok(Done { gate: false, unread })
}

/// Where to write: one output, in the only format there is.
fn output(matches: &ArgMatches) -> Result<Output, Failure> {
    if matches.get_many::<Output>("format").is_none() {
        return Ok(Output { format: Format::Jsonl, path: None });
    }
    match writing::given(matches).as_slice() {
        [output] if output.format == Format::Jsonl => Ok(output.clone()),
        _ => {
            let message = Message::new("pairs are written as lines of JSON only").at("--format");
            Err(message.help("leave it out, or give --format jsonl=FILE").into())
        }
    }
}

/// Reads the list: two paths a line, a tab between.
fn parse(bytes: &[u8], shown: &str) -> Result<Vec<Pair>, Failure> {
    let text = String::from_utf8_lossy(bytes);
    let mut pairs = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            [left, right] if !left.is_empty() && !right.is_empty() => {
                pairs.push(((*left).to_owned(), (*right).to_owned()));
            }
            _ => {
                let message = Message::new("a line should hold two paths with one tab between");
                return Err(message
                    .at(format!("{shown}:{}", number + 1))
                    .help("see `compare --help`")
                    .into());
            }
        }
    }
    Ok(pairs)
}

/// Compares block by block and writes as it goes; comes back with whether some pair was not read.
fn compare_all(
    pairs: &[Pair],
    options: &Options,
    resolved: &Resolved,
    session: &Session,
    mut sink: Sink,
) -> Result<bool, Failure> {
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for name in pairs.iter().flat_map(|(left, right)| [left, right]) {
        *uses.entry(name).or_default() += 1;
    }
    let bar = Bar::new(session.progress);
    bar.stage("comparing", u64::try_from(pairs.len()).ok());
    let mut cache: HashMap<&str, Loaded> = HashMap::new();
    let mut unread = false;
    for block in pairs.chunks(BLOCK) {
        load(block, options, &mut cache);
        let lines: Result<Vec<(String, bool)>, Failure> =
            block.par_iter().map(|(left, right)| compare_one(left, right, &cache, resolved)).collect();
        for (line, failed) in lines? {
            unread |= failed;
            if let Err(error) = writeln!(sink, "{line}") {
                if sink.is_gone() {
                    return Ok(unread);
                }
                return Err(twicetold::Error::from(error).into());
            }
        }
        for name in block.iter().flat_map(|(left, right)| [left, right]) {
            if let Some(left) = uses.get_mut(name.as_str()) {
                *left -= 1;
                if *left == 0 {
                    cache.remove(name.as_str());
                }
            }
        }
        bar.advance(u64::try_from(block.len()).unwrap_or_default());
    }
    drop(bar);
    sink.finish()?;
    Ok(unread)
}

/// Reads the documents of a block that are not there yet.
fn load<'a>(block: &'a [Pair], options: &Options, cache: &mut HashMap<&'a str, Loaded>) {
    let names = block.iter().flat_map(|(left, right)| [left.as_str(), right.as_str()]);
    let mut wanted: Vec<&str> = names.filter(|name| !cache.contains_key(name)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let read = |name: &'a str| -> (&'a str, Loaded) {
        let document = reading::one(&PathBuf::from(name), options);
        (
            name,
            document
                .map(|document| Arc::new(Article::new(document)))
                .map_err(|failure| failure.in_one_line()),
        )
    };
    let loaded: Vec<(&str, Loaded)> = wanted.into_par_iter().map(read).collect();
    cache.extend(loaded);
}

/// One line, and whether it says that the pair could not be read.
fn compare_one(
    left: &str,
    right: &str,
    cache: &HashMap<&str, Loaded>,
    resolved: &Resolved,
) -> Result<(String, bool), Failure> {
    let head = format!("{{\"left\":{},\"right\":{}", json(left), json(right));
    let get = |name: &str| cache.get(name).cloned().unwrap_or_else(|| Err("it was not read".to_owned()));
    let (ours, theirs) = match (get(left), get(right)) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (Err(error), _) | (_, Err(error)) => {
            return Ok((format!("{head},\"error\":{}}}", json(&error)), true));
        }
    };
    let passages = engine::shared_passages(&ours, &theirs, &resolved.plan.passage)?;
    let shown: Vec<String> = passages
        .iter()
        .map(|passage| {
            let exact = passage.kind == twicetold::family::Kind::Exact;
            format!(
                "{{\"left_start\":{},\"left_end\":{},\"right_start\":{},\"right_end\":{},\
                 \"similarity\":{},\"kind\":\"{}\"{}}}",
                passage.left.start,
                passage.left.end,
                passage.right.start,
                passage.right.end,
                passage.score.printed(exact),
                passage.kind.name(),
                if passage.reordered { ",\"reordered\":true" } else { "" },
            )
        })
        .collect();
    Ok((format!("{head},\"passages\":[{}]}}", shown.join(",")), false))
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_list_is_two_paths_a_line() {
        let pairs = parse(b"a b\tc\r\n\nd\te", "list").unwrap();
        assert_eq!(pairs, [("a b".to_owned(), "c".to_owned()), ("d".to_owned(), "e".to_owned())]);
        for wrong in ["a", "a\tb\tc", "a\t", "\tb"] {
            assert!(parse(wrong.as_bytes(), "list").is_err(), "{wrong:?}");
        }
    }
}
