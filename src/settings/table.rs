//! The one table of settings: names, defaults, help, and how each is read and shown.
//!
//! Flags (`--name`), configuration keys (`name = …`) and Python arguments (`name`, with `_`) are the
//! same words. An empty default means unset or off.

use super::{
    Encoding, FailOn, Fields, Frequency, Group, HtmlText, InputFormat, Keep, Kind, Level, PerKind, PerLevel,
    Ratio, Settings,
};

/// Where a setting can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// As a flag and in the configuration file.
    Both,
    /// In the configuration file only: a number few people turn.
    Config,
}

/// One row of the table.
#[derive(Debug)]
pub struct Opt {
    /// Under which heading help shows it.
    pub group: Group,
    /// The sort of value.
    pub kind: Kind,
    /// Name of the flag and of the configuration key; a point makes a key of a table.
    pub name: &'static str,
    /// What the value looks like in help; empty for a switch.
    pub value: &'static str,
    /// The default as it would be typed; empty for none.
    pub default: &'static str,
    /// One sentence for help and docs.
    pub help: &'static str,
    /// Where it can be given.
    pub door: Door,
    /// Whether giving it again adds to it.
    pub many: bool,
    /// Reads a value.
    pub set: fn(&mut Settings, &str) -> Result<(), String>,
    /// Shows the value in force, as it would be typed.
    pub get: fn(&Settings) -> String,
}

/// Values a profile sets before anything the user says.
pub const PROFILES: &[(&str, &[(&str, &str)])] = &[
    ("news", &[]),
    ("verbatim", &[("threshold", "passage=1"), ("passage.exact-across", "8"), ("passage.exact-unit", "8")]),
    (
        "reuse",
        &[
            ("threshold", "passage=0.4"),
            ("passage.exact-across", "24"),
            ("passage.exact-unit", "24"),
            ("passage.edited", "36"),
            ("passage.cloud-gap", "36"),
            ("passage.digest-words", "60"),
            ("passage.stems", "true"),
        ],
    ),
];

macro_rules! opt {
    ($group:ident, $kind:expr, $name:literal, $value:literal, $default:literal, $door:ident, $many:literal, $help:literal, $set:expr, $get:expr) => {
        Opt {
            group: Group::$group,
            kind: $kind,
            name: $name,
            value: $value,
            default: $default,
            door: Door::$door,
            many: $many,
            help: $help,
            set: $set,
            get: $get,
        }
    };
}

/// Every setting that a command can be given, in the order help shows them.
#[rustfmt::skip]
pub const OPTIONS: &[Opt] = &[
    opt!(Find, Kind::Choices(level_names), "level", "LEVELS", "document,paragraph,sentence,passage", Both, false,
        "Which sizes of text to compare.",
        |s, v| levels(v).map(|l| s.level = l), |s| show_levels(&s.level)),
    opt!(Find, Kind::Choice(profile_names), "profile", "NAME", "news", Both, false,
        "Starting values: news (what an editor would call copied), verbatim (equal words only), reuse (heavily edited text too).",
        |s, v| profile(v).map(|p| s.profile = p), |s| s.profile.to_owned()),
    opt!(Find, Kind::Shares(level_names), "threshold", "LEVEL=SHARE,…", "document=0.7,paragraph=0.8,sentence=0.8,passage=0.6", Both, true,
        "Lowest similarity: shared shingles of all shingles for units, matched words of the longer side for passages.",
        |s, v| per_level(v, Ratio::parse, &mut s.threshold), |s| show(&s.threshold, |r| Some(r.to_string()))),
    opt!(Find, Kind::Numbers(level_names), "shingle", "LEVEL=N,…", "document=3,paragraph=3,sentence=3,passage=4", Both, true,
        "Words in a shingle; for passages, words in a seed.",
        |s, v| per_level(v, number, &mut s.shingle), |s| show(&s.shingle, |n| Some(n.to_string()))),
    opt!(Find, Kind::Numbers(level_names), "min-words", "N|LEVEL=N,…", "document=1,paragraph=6,sentence=6", Both, true,
        "Fewest words a unit must have to be compared; a bare number holds for every level.",
        |s, v| per_level(v, |t| number(t).map(Some), &mut s.min_words), |s| show(&s.min_words, |n| n.map(|n: u32| n.to_string()))),
    opt!(Find, Kind::Share, "containment", "SHARE", "0.9", Both, false,
        "Share of a smaller unit's shingles that must stand in a larger one for it to be reported as contained.",
        |s, v| Ratio::parse(v).map(|r| s.containment = r), |s| s.containment.to_string()),
    opt!(Find, Kind::Number, "containment-words", "N", "12", Config, false,
        "Fewest words of the smaller unit of a contained pair.",
        |s, v| number(v).map(|n| s.containment_words = n), |s| s.containment_words.to_string()),
    opt!(Find, Kind::Choice(|| names(KEEP)), "keep", "WHICH", "first", Both, false,
        "Which occurrence of a family is the original: first, oldest, newest or longest.",
        |s, v| one_of(v, KEEP).map(|k| s.keep = k), |s| named(s.keep, KEEP)),
    opt!(Find, Kind::Number, "lanes", "N", "128", Both, false,
        "Numbers in a signature: more lanes find more pairs near the threshold, and cost time.",
        |s, v| number(v).map(|n| s.lanes = n), |s| s.lanes.to_string()),
    opt!(Find, Kind::Number, "seed", "N", "1", Both, false,
        "Seed of the sketch.",
        |s, v| v.parse().map(|n| s.seed = n).map_err(|_| wrong_number(v)), |s| s.seed.to_string()),
    opt!(Find, Kind::Number, "passage.exact-within", "N", "8", Config, false,
        "Shortest exact repeat inside one document, in words.",
        |s, v| number(v).map(|n| s.passage.exact_within = n), |s| s.passage.exact_within.to_string()),
    opt!(Find, Kind::Number, "passage.exact-across", "N", "12", Config, false,
        "Shortest exact repeat between documents, in words.",
        |s, v| number(v).map(|n| s.passage.exact_across = n), |s| s.passage.exact_across.to_string()),
    opt!(Find, Kind::Number, "passage.exact-unit", "N", "8", Config, false,
        "Shortest exact repeat between documents that is a whole sentence or paragraph in both.",
        |s, v| number(v).map(|n| s.passage.exact_unit = n), |s| s.passage.exact_unit.to_string()),
    opt!(Find, Kind::Number, "passage.edited", "N", "12", Config, false,
        "Shortest edited repeat, in words.",
        |s, v| number(v).map(|n| s.passage.edited = n), |s| s.passage.edited.to_string()),
    opt!(Find, Kind::Number, "passage.aligned", "N", "8", Config, false,
        "Fewest equal words in an edited repeat.",
        |s, v| number(v).map(|n| s.passage.aligned = n), |s| s.passage.aligned.to_string()),
    opt!(Find, Kind::Number, "passage.gap", "N", "12", Config, false,
        "Longest run of unequal words inside a repeat, on either side.",
        |s, v| number(v).map(|n| s.passage.gap = n), |s| s.passage.gap.to_string()),
    opt!(Find, Kind::Number, "passage.snap", "N", "2", Config, false,
        "How many words a limit of an edited repeat may move to lie at a sentence's.",
        |s, v| number(v).map(|n| s.passage.snap = n), |s| s.passage.snap.to_string()),
    opt!(Find, Kind::Number, "passage.rare-documents", "N", "0", Config, false,
        "Four words in a row that stand in so many documents are still rare; 0 reports edited repeats whether they match rare ones or not.",
        |s, v| number(v).map(|n| s.passage.rare_documents = n), |s| s.passage.rare_documents.to_string()),
    opt!(Find, Kind::Number, "passage.rare-runs", "N", "3", Config, false,
        "Fewest rare runs of four words that an edited repeat between documents must match: formulas of a trade match none.",
        |s, v| number(v).map(|n| s.passage.rare_runs = n), |s| s.passage.rare_runs.to_string()),
    opt!(Find, Kind::Number, "passage.formula", "N", "50", Config, false,
        "An edited repeat that matches so many words is no formula, however common its runs are.",
        |s, v| number(v).map(|n| s.passage.formula = n), |s| s.passage.formula.to_string()),
    opt!(Find, Kind::Number, "passage.cloud-gap", "N", "0", Config, false,
        "Look for text in another order too: rare words that lie so close in both texts belong together; 0 does not look.",
        |s, v| number(v).map(|n| s.passage.cloud_gap = n), |s| s.passage.cloud_gap.to_string()),
    opt!(Find, Kind::Number, "passage.cloud-reach", "N", "6", Config, false,
        "In text of another order: how far apart two words may stand to be a pair.",
        |s, v| number(v).map(|n| s.passage.cloud_reach = n), |s| s.passage.cloud_reach.to_string()),
    opt!(Find, Kind::Number, "passage.cloud-rare", "N", "3", Config, false,
        "In text of another order: most times a pair stands in one text, times the same for the other.",
        |s, v| number(v).map(|n| s.passage.cloud_rare = n), |s| s.passage.cloud_rare.to_string()),
    opt!(Find, Kind::Number, "passage.cloud-words", "N", "26", Config, false,
        "Shortest text in another order, in words.",
        |s, v| number(v).map(|n| s.passage.cloud_words = n), |s| s.passage.cloud_words.to_string()),
    opt!(Find, Kind::Share, "passage.cloud-share", "SHARE", "0.45", Config, false,
        "In text of another order: lowest share of words that rare pairs cover, on both sides.",
        |s, v| Ratio::parse(v).map(|r| s.passage.cloud_share = r), |s| s.passage.cloud_share.to_string()),
    opt!(Find, Kind::Switch, "passage.stems", "", "", Config, false,
        "In text of another order: words that differ by an English ending are equal.",
        |s, v| switch(v).map(|b| s.passage.stems = b), |s| show_switch(s.passage.stems)),
    opt!(Find, Kind::Number, "passage.cloud-merge", "N", "60", Config, false,
        "In text of another order: repeats that lie within so many words in both texts are one; 0 keeps them apart.",
        |s, v| number(v).map(|n| s.passage.merge = n), |s| s.passage.merge.to_string()),
    opt!(Find, Kind::Number, "passage.cloud-snap", "N", "8", Config, false,
        "In text of another order: how many words a limit may move outward to lie at a sentence's.",
        |s, v| number(v).map(|n| s.passage.cloud_snap = n), |s| s.passage.cloud_snap.to_string()),
    opt!(Find, Kind::Number, "passage.digest-words", "N", "0", Config, false,
        "Look for paragraphs of at least so many words that sum up a text; 0 does not look.",
        |s, v| number(v).map(|n| s.passage.digest_words = n), |s| s.passage.digest_words.to_string()),
    opt!(Find, Kind::Share, "passage.digest-share", "SHARE", "0.6", Config, false,
        "Of a paragraph that sums up a text: lowest share of the words particular to it that stand there.",
        |s, v| Ratio::parse(v).map(|r| s.passage.digest_share = r), |s| s.passage.digest_share.to_string()),
    opt!(Find, Kind::Number, "passage.digest-rise", "N", "2", Config, false,
        "Of a paragraph that sums up a text: how many times the share of the rest of its document that must be.",
        |s, v| number(v).map(|n| s.passage.digest_rise = n), |s| s.passage.digest_rise.to_string()),
    opt!(Find, Kind::Number, "class.stock-words", "N", "15", Config, false,
        "Shorter texts that several documents have are stock phrases; 0 calls none so.",
        |s, v| number(v).map(|n| s.class.stock_words = n), |s| s.class.stock_words.to_string()),
    opt!(Find, Kind::Number, "class.stock-documents", "N", "5", Config, false,
        "How many documents make a short text a stock phrase; copies of one document count once.",
        |s, v| number(v).map(|n| s.class.stock_documents = n), |s| s.class.stock_documents.to_string()),
    opt!(Find, Kind::Number, "class.common-documents", "N", "20", Config, false,
        "How many documents make a text boilerplate wherever it stands in them.",
        |s, v| number(v).map(|n| s.class.common_documents = n), |s| s.class.common_documents.to_string()),
    opt!(Find, Kind::Number, "class.edge-words", "N", "60", Config, false,
        "Longest boilerplate at the head or the end of documents, in words.",
        |s, v| number(v).map(|n| s.class.edge_words = n), |s| s.class.edge_words.to_string()),
    opt!(Find, Kind::Number, "class.edge-documents", "N", "5", Config, false,
        "How many documents make it boilerplate there.",
        |s, v| number(v).map(|n| s.class.edge_documents = n), |s| s.class.edge_documents.to_string()),
    opt!(Input, Kind::Choice(format_names), "input-format", "FORMAT", "auto", Both, false,
        "How to read input: auto, text, markdown, jsonl, csv, html, json, feed or parquet.",
        |s, v| one_of(v, &InputFormat::ALL.map(|f| (f.name(), f))).map(|f| s.input_format = f), |s| s.input_format.name().to_owned()),
    opt!(Input, Kind::Choice(|| names(HTML)), "html", "WHAT", "article", Both, false,
        "What of an HTML page to read: its article, or all the text it shows.",
        |s, v| one_of(v, HTML).map(|h| s.html = h), |s| named(s.html, HTML)),
    opt!(Input, Kind::Text, "encoding", "NAME", "auto", Both, false,
        "Encoding of input without a byte order mark, such as windows-1252 or shift_jis; auto settles it file by file.",
        |s, v| encoding(v).map(|e| s.encoding = e), |s| s.encoding.map_or("auto", Encoding::name).to_owned()),
    opt!(Input, Kind::Names(field_names), "field", "ROLE=NAME", "", Both, true,
        "Which field of a record is its text, id, title, date, source or url; a.b names a field in a field.",
        |s, v| fields(v, &mut s.field), |s| show_fields(&s.field)),
    opt!(Input, Kind::Texts, "glob", "GLOB", "", Both, true,
        "Read only files that match; after `!`, files that do not.",
        |s, v| { s.glob.extend(v.lines().map(str::to_owned)); Ok(()) }, |s| s.glob.join("\n")),
    opt!(Input, Kind::Switch, "hidden", "", "", Both, false,
        "Read hidden files and folders too.",
        |s, v| switch(v).map(|b| s.hidden = b), |s| show_switch(s.hidden)),
    opt!(Input, Kind::Switch, "no-ignore", "", "", Both, false,
        "Read files that .gitignore and .ignore leave out.",
        |s, v| switch(v).map(|b| s.no_ignore = b), |s| show_switch(s.no_ignore)),
    opt!(Input, Kind::Size, "max-record-size", "SIZE", "16M", Both, false,
        "Largest record or file that is read; a larger one is listed as a problem.",
        |s, v| size(v).map(|n| s.max_record_size = n), |s| show_size(s.max_record_size)),
    opt!(Gate, Kind::Choice(|| names(FAIL_ON)), "fail-on", "WHAT", "none", Both, false,
        "Exit with 1 when there are findings: any, new (not known to the baseline) or none; suppressed ones never count. `check` is set to any.",
        |s, v| one_of(v, FAIL_ON).map(|f| s.fail_on = f), |s| named(s.fail_on, FAIL_ON)),
    opt!(Gate, Kind::Choices(level_names), "fail-level", "LEVELS", "document,paragraph,sentence,passage", Both, false,
        "Findings of which sizes of text count for the gate.",
        |s, v| levels(v).map(|l| s.fail_level = l), |s| show_levels(&s.fail_level)),
    opt!(Gate, Kind::Choices(kind_names), "fail-kind", "KINDS", "exact,near,contained", Both, false,
        "Which kinds of findings count for the gate.",
        |s, v| kinds(v).map(|k| s.fail_kind = k), |s| show_kinds(s.fail_kind)),
    opt!(Gate, Kind::Number, "max-findings", "N", "0", Both, false,
        "Fail only above so many findings.",
        |s, v| number(v).map(|n| s.max_findings = n), |s| s.max_findings.to_string()),
    opt!(Gate, Kind::Share, "max-duplicated", "SHARE", "0", Both, false,
        "Fail when more than this share of a document is repeated, such as 20%; any finding alone no longer fails. 0 does not ask.",
        |s, v| Ratio::parse(v).map(|r| s.max_duplicated = r), |s| s.max_duplicated.to_string()),
    opt!(Gate, Kind::Text, "baseline", "FILE", "", Both, false,
        "Findings that are known, made by `twicetold baseline create`; one more copy of a known repeat is new.",
        |s, v| { s.baseline = v.to_owned(); Ok(()) }, |s| s.baseline.clone()),
    opt!(Gate, Kind::Texts, "boilerplate", "FILE", "", Both, true,
        "A file of texts, blank lines between them, whose repeats are suppressed.",
        |s, v| { s.boilerplate.extend(v.lines().map(str::to_owned)); Ok(()) }, |s| s.boilerplate.join("\n")),
    opt!(Gate, Kind::Frequency, "max-doc-freq", "N|P%", "0", Both, false,
        "Suppress what stands in more than so many documents, or more than this share of all; 0 does not ask.",
        |s, v| Frequency::parse(v).map(|f| s.max_doc_freq = f), |s| s.max_doc_freq.to_string()),
    opt!(Input, Kind::Choice(|| names(ON_ERROR)), "on-input-error", "WHAT", "warn", Both, false,
        "What problems with input do: fail (exit with 3) or warn.",
        |s, v| one_of(v, ON_ERROR).map(|f| s.on_input_error_fail = f), |s| named(s.on_input_error_fail, ON_ERROR)),
    opt!(Run, Kind::Number, "threads", "N", "0", Both, false,
        "Threads to use; 0 means one for each core. The result is the same for any number.",
        |s, v| v.parse().map(|n| s.threads = n).map_err(|_| wrong_number(v)), |s| s.threads.to_string()),
    opt!(Run, Kind::Text, "memory-limit", "SIZE", "auto", Both, false,
        "Memory to keep to, such as 4G; what does not fit goes to --temp-dir. auto is three quarters of what the machine, or its cgroup, has. The result is the same for any.",
        |s, v| (if v == "auto" { Ok(0) } else { size(v) }).map(|n| s.memory_limit = n),
        |s| if s.memory_limit == 0 { "auto".to_owned() } else { show_size(s.memory_limit) }),
    opt!(Run, Kind::Text, "temp-dir", "FOLDER", "", Both, false,
        "Where what does not fit into memory goes while a run lasts; unset is the system's folder.",
        |s, v| { s.temp_dir = v.to_owned(); Ok(()) }, |s| s.temp_dir.clone()),
];

const KEEP: &[(&str, Keep)] =
    &[("first", Keep::First), ("oldest", Keep::Oldest), ("newest", Keep::Newest), ("longest", Keep::Longest)];
const FAIL_ON: &[(&str, FailOn)] = &[("any", FailOn::Any), ("new", FailOn::New), ("none", FailOn::None)];
const HTML: &[(&str, HtmlText)] = &[("article", HtmlText::Article), ("text", HtmlText::Text)];
const ON_ERROR: &[(&str, bool)] = &[("fail", true), ("warn", false)];

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

fn one_of<T: Copy>(text: &str, names: &[(&str, T)]) -> Result<T, String> {
    names.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        format!("`{text}` is none of {}", all.join(", "))
    })
}

fn names<T>(names: &[(&'static str, T)]) -> Vec<&'static str> {
    names.iter().map(|(name, _)| *name).collect()
}

fn level_names() -> Vec<&'static str> {
    Level::ALL.iter().map(|level| level.name()).collect()
}

fn format_names() -> Vec<&'static str> {
    InputFormat::ALL.iter().map(|format| format.name()).collect()
}

fn profile_names() -> Vec<&'static str> {
    names(PROFILES)
}

fn field_names() -> Vec<&'static str> {
    field_slots(&mut Fields::default()).iter().map(|(role, _)| *role).collect()
}

fn named<T: Copy + PartialEq>(value: T, names: &[(&str, T)]) -> String {
    names.iter().find(|(_, v)| *v == value).map_or_else(String::new, |(name, _)| (*name).to_owned())
}

fn profile(text: &str) -> Result<&'static str, String> {
    PROFILES
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(name, _)| *name)
        .ok_or_else(|| format!("`{text}` is not a profile: news, verbatim or reuse"))
}

fn encoding(text: &str) -> Result<Option<Encoding>, String> {
    if text == "auto" { Ok(None) } else { Encoding::parse(text).map(Some) }
}

fn wrong_number(text: &str) -> String {
    format!("`{text}` is not a whole number")
}

fn number(text: &str) -> Result<u32, String> {
    text.trim().parse().map_err(|_| wrong_number(text))
}

fn levels(text: &str) -> Result<PerLevel<bool>, String> {
    let mut chosen = PerLevel::all(false);
    for name in list(text) {
        *chosen.get_mut(Level::parse(name)?) = true;
    }
    if chosen == PerLevel::all(false) {
        return Err("name at least one level: document, paragraph, sentence or passage".to_owned());
    }
    Ok(chosen)
}

const KINDS: &[&str] = &["exact", "near", "contained"];

fn kind_names() -> Vec<&'static str> {
    KINDS.to_vec()
}

fn kinds(text: &str) -> Result<PerKind, String> {
    let mut chosen = PerKind::default();
    for name in list(text) {
        *kind_slot(&mut chosen, name).ok_or_else(|| format!("`{name}` is none of {}", KINDS.join(", ")))? =
            true;
    }
    if chosen == PerKind::default() {
        return Err(format!("name at least one kind: {}", KINDS.join(", ")));
    }
    Ok(chosen)
}

fn kind_slot<'k>(kinds: &'k mut PerKind, name: &str) -> Option<&'k mut bool> {
    match name {
        "exact" => Some(&mut kinds.exact),
        "near" => Some(&mut kinds.near),
        "contained" => Some(&mut kinds.contained),
        _ => None,
    }
}

fn show_kinds(mut kinds: PerKind) -> String {
    let on = |name: &&str| kind_slot(&mut kinds, name).is_some_and(|on| *on);
    KINDS.iter().copied().filter(on).collect::<Vec<_>>().join(",")
}

fn show_levels(levels: &PerLevel<bool>) -> String {
    let on: Vec<&str> = Level::ALL.iter().filter(|l| *levels.get(**l)).map(|l| l.name()).collect();
    on.join(",")
}

/// Reads `level=value,…`, or one bare value for every level.
fn per_level<T: Clone>(
    text: &str,
    read: impl Fn(&str) -> Result<T, String>,
    target: &mut PerLevel<T>,
) -> Result<(), String> {
    let mut changed = target.clone();
    for part in list(text) {
        match part.split_once('=') {
            Some((level, value)) => *changed.get_mut(Level::parse(level.trim())?) = read(value.trim())?,
            None => changed = PerLevel::all(read(part)?),
        }
    }
    *target = changed;
    Ok(())
}

fn show<T>(values: &PerLevel<T>, print: impl Fn(&T) -> Option<String>) -> String {
    let shown: Vec<String> = Level::ALL
        .into_iter()
        .filter_map(|level| print(values.get(level)).map(|text| format!("{level}={text}")))
        .collect();
    shown.join(",")
}

fn fields(text: &str, target: &mut Fields) -> Result<(), String> {
    for part in list(text) {
        let Some((role, name)) = part.split_once('=') else {
            return Err(format!("`{part}` should be ROLE=NAME, such as text=body"));
        };
        let slot = field_slots(target).into_iter().find(|(known, _)| *known == role.trim());
        match slot {
            Some((_, slot)) => *slot = Some(name.trim().to_owned()),
            None => return Err(format!("`{role}` is not a role: text, id, title, date, source or url")),
        }
    }
    Ok(())
}

fn field_slots(fields: &mut Fields) -> [(&'static str, &mut Option<String>); 6] {
    [
        ("text", &mut fields.text),
        ("id", &mut fields.id),
        ("title", &mut fields.title),
        ("date", &mut fields.date),
        ("source", &mut fields.source),
        ("url", &mut fields.url),
    ]
}

fn show_fields(fields: &Fields) -> String {
    let mut copy = fields.clone();
    let shown: Vec<String> = field_slots(&mut copy)
        .into_iter()
        .filter_map(|(role, name)| name.as_ref().map(|name| format!("{role}={name}")))
        .collect();
    shown.join(",")
}

fn switch(text: &str) -> Result<bool, String> {
    one_of(text, &[("true", true), ("false", false)])
}

fn show_switch(on: bool) -> String {
    if on { "true".to_owned() } else { String::new() }
}

const UNITS: &[(char, u64)] = &[('K', 1 << 10), ('M', 1 << 20), ('G', 1 << 30), ('T', 1 << 40)];

fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a size such as 800K, 16M or 2G");
    let trimmed = text.trim().trim_end_matches(['B', 'b']).trim_end_matches('i');
    let unit = trimmed.chars().last().map(|c| c.to_ascii_uppercase());
    let factor = UNITS.iter().find(|(name, _)| Some(*name) == unit).map(|(_, factor)| *factor);
    let digits = if factor.is_some() { &trimmed[..trimmed.len() - 1] } else { trimmed };
    let number: u64 = digits.trim().parse().map_err(|_| wrong())?;
    number.checked_mul(factor.unwrap_or(1)).filter(|n| 0 < *n).ok_or_else(wrong)
}

fn show_size(bytes: u64) -> String {
    for (name, factor) in UNITS.iter().rev() {
        if bytes.is_multiple_of(*factor) {
            return format!("{}{name}", bytes / factor);
        }
    }
    bytes.to_string()
}
