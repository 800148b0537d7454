//! The gate as commands meet it: its files and rules are read, findings are judged by them, and what came of it is said.

use std::{fs, path::PathBuf};

use clap::{Arg, ArgMatches};
use twicetold::{
    Settings,
    gate::{Baseline, Boilerplate, Day, Limits, Reason, Rules, Verdict, Worst, judge},
    report::Findings,
    settings::{FailOn, Group},
};

use super::{
    Session,
    layers::{Layer, Resolved},
    message::{Failure, Message},
    reading,
};

/// Settings that do nothing where nothing is to fail.
const LIMITS: [&str; 4] = ["fail-level", "fail-kind", "max-findings", "max-duplicated"];

/// How loudly to say that a rule allows nothing that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unused {
    /// All that the rules are about was looked at.
    Warn,
    /// Only what came in was: most rules will be about other documents.
    Note,
}

/// What a command judges findings by.
#[derive(Debug)]
pub(crate) struct Gate {
    rules: Rules,
    /// Where each rule stands.
    places: Vec<String>,
    /// The files that were read: they are no articles.
    files: Vec<PathBuf>,
    unused: Unused,
}

/// Which day it is, for rules that expire.
pub(crate) fn today() -> Arg {
    Arg::new("today")
        .long("today")
        .value_name("DATE")
        .help("The day that `expires` of [[allow]] rules is held against, such as 2027-01-01. [default: today, in UTC]")
        .value_parser(|text: &str| {
            Day::parse(text).ok_or_else(|| format!("`{text}` is not a day such as 2027-01-01"))
        })
        .help_heading(Group::Gate.heading())
}

impl Gate {
    /// Reads everything that findings are judged by.
    pub(crate) fn open(
        matches: &ArgMatches,
        resolved: &Resolved,
        unused: Unused,
        session: &Session,
    ) -> Result<Self, Failure> {
        let mut gate = Self::without_baseline(matches, resolved, unused, session)?;
        if let Some(path) = baseline_path(resolved) {
            gate.rules.baseline = Some(read_baseline(&path)?);
            gate.files.push(path);
        }
        Ok(gate)
    }

    /// The same without the findings that are known.
    pub(crate) fn without_baseline(
        matches: &ArgMatches,
        resolved: &Resolved,
        unused: Unused,
        session: &Session,
    ) -> Result<Self, Failure> {
        let files = paths(resolved, "boilerplate");
        let mut texts: Vec<(String, String)> = Vec::new();
        for path in &files {
            let shown = path.display().to_string();
            let text = fs::read_to_string(path).map_err(|error| {
                let message = Message::new(format!("cannot read the boilerplate: {error}"));
                message.at(&shown).help("check the path given to --boilerplate; the file is to be UTF-8")
            })?;
            // Without its folder: a report says nothing of the machine.
            let name = path.file_name().map_or(shown, |name| name.to_string_lossy().into_owned());
            texts.push((name, text));
        }
        let config = resolved.config.as_ref();
        let found = config.map(|config| config.allow.as_slice()).unwrap_or_default();
        let place =
            |start| config.map_or(String::new(), |config| format!("{}:{}", config.shown, config.line(start)));
        let given = matches.try_get_one::<Day>("today").ok().flatten().copied();
        let rules = Rules {
            baseline: None,
            allow: found.iter().map(|rule| rule.allow.clone()).collect(),
            boilerplate: Boilerplate::new(texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))),
            max_doc_freq: resolved.settings.max_doc_freq,
            today: given.or_else(utc),
            stored_documents: 0,
        };
        if resolved.settings.fail_on == FailOn::None {
            let idle = |layer: &&Layer| layer.span.is_none() && LIMITS.contains(&layer.name);
            for layer in resolved.layers.iter().filter(idle) {
                let message = Message::new(format!("`--{}` does nothing: --fail-on is none", layer.name));
                session.voice.warning(&message.help("add --fail-on any, or --fail-on new"));
            }
        }
        Ok(Self { rules, places: found.iter().map(|rule| place(rule.span.start)).collect(), files, unused })
    }

    /// The files that were read.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Whether it must know how many documents there are.
    #[cfg(feature = "archive")]
    pub(crate) const fn asks_share_of_documents(&self) -> bool {
        matches!(self.rules.max_doc_freq, twicetold::settings::Frequency::Share(_))
    }

    /// Gives findings their states and says which rules are of no use. `stored` documents are an archive's.
    pub(crate) fn judge(&mut self, findings: &mut Findings, stored: u64, session: &Session) {
        self.rules.stored_documents = stored;
        let judged = judge(findings, &self.rules);
        let rule = |index: usize, what: &str| {
            let reason = self.rules.allow.get(index).map_or("", |rule| rule.reason.as_str());
            let place = self.places.get(index).cloned().unwrap_or_default();
            Message::new(format!("this rule {what}: {reason}")).at(place)
        };
        for index in judged.expired {
            let until = self.rules.allow.get(index).and_then(|rule| rule.expires);
            let what = until.map_or("has expired".to_owned(), |day| format!("has expired on {day}"));
            session.voice.warning(&rule(index, &what).help("take it out, or give it a later day"));
        }
        for index in judged.unused {
            let message =
                rule(index, "allows nothing that was found").help("take it out if it is of no use any more");
            match self.unused {
                Unused::Warn => session.voice.warning(&message),
                Unused::Note => session.voice.note(&message),
            }
        }
        if 0 < judged.gone && self.unused == Unused::Warn {
            let what = format!("{} findings of the baseline do not occur any more", judged.gone);
            session.voice.note(&Message::new(what).help("`twicetold baseline prune` takes them out"));
        }
    }
}

/// Whether findings fail the run, and if so why and what to do next.
pub(crate) fn fails(findings: &Findings, settings: &Settings, session: &Session) -> bool {
    let limits = Limits::of(settings);
    let verdict = limits.verdict(findings);
    let Some(why) = why(&verdict, findings, &limits) else { return false };
    let help = "the report says where; `twicetold baseline create` and [[allow]] rules let findings pass";
    session.voice.error(&Message::new(format!("the gate is closed: {why}")).help(help));
    true
}

fn why(verdict: &Verdict, findings: &Findings, limits: &Limits) -> Option<String> {
    let worst = verdict.worst.as_ref();
    let share = |one: &Worst| {
        let permille = u128::from(one.repeated) * 1000 / u128::from(one.words.max(1));
        let document = findings.documents.get(one.document);
        let name = document.as_ref().map_or("?", |document| document.name.as_str());
        format!("{}.{}% of {name} is repeated", permille / 10, permille % 10)
    };
    Some(match verdict.reason? {
        Reason::Findings => {
            let (new, known) = (verdict.new, verdict.known);
            let noun = if new + known == 1 { "finding" } else { "findings" };
            let known = if known == 0 { String::new() } else { format!(" ({new} new, {known} known)") };
            let most = match limits.max_findings {
                0 => String::new(),
                most => format!(", and no more than {most} may be"),
            };
            let worst = worst.map_or(String::new(), |one| format!("; {}", share(one)));
            format!("{} {noun}{known}{most}{worst}", verdict.new + verdict.known)
        }
        Reason::Duplicated(documents) => {
            let others = match documents {
                0 | 1 => String::new(),
                2 => ", and as much of 1 more document".to_owned(),
                n => format!(", and as much of {} more documents", n - 1),
            };
            let worst = worst.map(share).unwrap_or_default();
            format!("{worst}, more than {}{others}", limits.max_duplicated.percent())
        }
    })
}

/// The file of known findings that settings name.
pub(crate) fn baseline_path(resolved: &Resolved) -> Option<PathBuf> {
    if resolved.settings.baseline.is_empty() {
        return None;
    }
    paths(resolved, "baseline").pop()
}

/// Reads known findings.
pub(crate) fn read_baseline(path: &std::path::Path) -> Result<Baseline, Failure> {
    let shown = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| {
        let message = Message::new(format!("cannot read the baseline: {error}")).at(&shown);
        message.help("make it with `twicetold baseline create`")
    })?;
    Baseline::parse(&text).map_err(|wrong| {
        let message = Message::new(wrong).at(shown);
        message
            .help("put back the file that was, or remove it and make it with `twicetold baseline create`")
            .into()
    })
}

/// The files that a setting names; what the configuration file says is said from its folder.
fn paths(resolved: &Resolved, name: &str) -> Vec<PathBuf> {
    let folder = resolved.config.as_ref().and_then(|config| config.path.parent());
    let layers = resolved.layers.iter().filter(|layer| layer.name == name);
    let each =
        layers.flat_map(|layer| layer.value.lines().map(|line| (layer.span.is_some(), PathBuf::from(line))));
    each.map(|(in_file, path)| match folder {
        Some(folder) if in_file => folder.join(path),
        _ => path,
    })
    .filter(|path| !reading::is_stdin(path))
    .collect()
}

fn utc() -> Option<Day> {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    Day::parse(&now.date().to_string())
}
