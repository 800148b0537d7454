//! The words the rules of [`rule`](super::rule) know: abbreviations, months, sentence openers.
//!
//! Common ones only, written down from general knowledge of the languages. A dozen (among them `av`, `bzw`,
//! `ext`, `PVT`, `डॉ` and the small openers) were added after reading errors on the treebanks that
//! `examples/sentences.rs` scores, so its figures are not those of unseen text. Every table is sorted by
//! bytes (a test checks). What a table's words *do* is said where the rule stands.

/// Whether a sorted table holds the word.
pub(super) fn holds(table: &[&str], word: &str) -> bool {
    table.binary_search(&word).is_ok()
}

/// Titles and parts of names, as written: a name follows, so the full stop ends nothing.
#[rustfmt::skip]
pub(super) const TITLES: &[&str] = &[
    "Abp", "Adm", "Amb", "Archbp", "Asst", "Atty", "Bp", "Brig", "Capt", "Cdr", "Cmdr", "Col", "Comdr",
    "Cong", "Cpl", "Cpt", "Det", "Dir", "Doc", "Dr", "Dra", "Drs", "Dña", "Ens", "Exc", "Fr", "Frl", "Ft",
    "Gen", "Gov", "Hl", "Hon", "Hr", "Hrn", "Insp", "Lic", "Lt", "Ltn", "Maj", "Messrs", "Mgr", "Mlle",
    "Mlles", "Mme", "Mmes", "Mr", "Mrs", "Ms", "Msgr", "Mt", "Mtro", "Mx", "Ofc", "Pfc", "Pres", "Prof",
    "Profa", "Pvt", "Rep", "Reps", "Rev", "Sen", "Sens", "Sgt", "Skt", "Sr", "Sra", "Sres", "Srta", "St",
    "Sta", "Ste", "Sto", "Supt", "Treas", "Univ", "dr", "prof", "sr", "sra", "srta", "Акад", "Проф",
    "акад", "г-жа", "г-н", "гр", "им", "проф", "св", "тов", "ул", "डॉ", "श्री",
];

/// Words a number follows: `No. 5`, `Abb. 3`, `рис. 2`.
#[rustfmt::skip]
pub(super) const BEFORE_NUMBER: &[&str] = &[
    "abb", "abs", "act", "anm", "apr", "aprox", "art", "arts", "aug", "bd", "c", "ca", "cap", "cca", "ch",
    "chap", "cl", "col", "dec", "dez", "eq", "eqs", "ex", "exp", "ext", "feb", "febr", "fig", "figs",
    "févr", "hist", "jan", "janv", "juil", "jul", "jun", "kap", "lib", "mar", "mk", "n", "no", "nos",
    "nov", "nr", "nrn", "num", "núm", "oct", "okt", "op", "p", "par", "pg", "pp", "pt", "pág", "págs",
    "ref", "refs", "rn", "s", "sec", "sect", "sep", "sept", "sig", "stat", "str", "tab", "tel", "th",
    "tit", "tél", "v", "ver", "vers", "vol", "vols", "vs", "z", "ziff", "гл", "илл", "окт", "п", "рис",
    "с", "см", "ст", "стр", "табл", "тел", "фев", "янв", "№",
];

/// Abbreviations that never stand last in a sentence.
#[rustfmt::skip]
pub(super) const NEVER_LAST: &[&str] = &[
    "apr", "av", "bzw", "ca", "cf", "d.h", "e.g", "ee", "eg", "i.e", "ie", "m.a.w", "p.ej", "ps", "resp",
    "s.o", "s.u", "sog", "u.a", "usf", "v", "v.a", "vgl", "viz", "vs", "z", "z.b", "z.t", "т.е", "т.н",
];

/// Abbreviations that may stand last, as written (`Miss.` is a state, `miss.` a verb).
#[rustfmt::skip]
pub(super) const MAY_BE_LAST: &[&str] = &[
    "Ala", "Apt", "Ariz", "Ark", "Assn", "Assoc", "Ave", "Bldg", "Blvd", "Bros", "CO", "CORP", "Calif",
    "Cia", "Cie", "Co", "Colo", "Conn", "Corp", "Cía", "Dept", "Dist", "Div", "Esq", "Est", "Fla", "Ga",
    "INC", "Ill", "Inc", "Ind", "Inst", "Intl", "Jr", "Kan", "Kans", "Ky", "LTD", "La", "Lda", "Ltd",
    "Ltda", "Mass", "Md", "Mfg", "Mich", "Minn", "Mio", "Miss", "Mo", "Mont", "Mrd", "Neb", "Nev", "Okla",
    "Ont", "Ore", "PVT", "Penn", "Pty", "Pvt", "Rd", "Snr", "SpA", "Sq", "Sr", "Str", "Tenn", "Tex", "Va",
    "Vt", "Wash", "Wis", "Wyo", "al", "approx", "apt", "ave", "bros", "co", "corp", "cía", "dept", "e.V",
    "ed", "eds", "esp", "est", "etc", "geb", "gest", "inc", "incl", "jr", "lb", "lbs", "ltd", "pty", "usw",
    "г", "гг", "долл", "млн", "млрд", "обл", "руб", "тыс",
];

/// Names of months and days, for `p.m. Wednesday` and `3. Oktober`.
#[rustfmt::skip]
pub(super) const CALENDAR: &[&str] = &[
    "april", "august", "dezember", "dienstag", "donnerstag", "eastern", "feber", "februar", "freitag",
    "friday", "januar", "juli", "juni", "jänner", "local", "mai", "mittwoch", "monday", "montag", "märz",
    "november", "oktober", "pacific", "samstag", "saturday", "september", "sonnabend", "sonntag", "sunday",
    "thursday", "tuesday", "wednesday",
];

/// Time zones and their like behind `p.m.`, as written.
#[rustfmt::skip]
pub(super) const ZONES: &[&str] = &[
    "AEDT", "AEST", "BST", "CDT", "CEST", "CET", "CST", "CT", "Central", "EDT", "EST", "ET", "Eastern",
    "GMT", "HKT", "IST", "JST", "KST", "MDT", "MST", "MT", "Mountain", "PDT", "PST", "PT", "Pacific",
    "SGT", "UTC",
];

/// German words before an ordinal number: `am 3. Platz`.
#[rustfmt::skip]
pub(super) const BEFORE_ORDINAL: &[&str] = &[
    "ab", "am", "beim", "bis", "das", "dem", "den", "der", "des", "die", "im", "ins", "jeden", "seit",
    "vom", "zum", "zur",
];

/// Words that open sentences and are no part of names, as written at a sentence's start.
#[rustfmt::skip]
pub(super) const OPENERS: &[&str] = &[
    "A", "Aber", "About", "After", "All", "Als", "Also", "Although", "Am", "Among", "An", "And", "Another",
    "Any", "Are", "As", "At", "Au", "Auch", "Auf", "Aus", "Aux", "Avec", "Because", "Before", "Bei",
    "Both", "But", "By", "Can", "Ce", "Ces", "Cet", "Cette", "Con", "Critics", "Cuando", "Dans", "Das",
    "De", "Depuis", "Der", "Des", "Despite", "Did", "Die", "Diese", "Dieser", "Dieses", "Do", "Does",
    "During", "Each", "Ein", "Eine", "Einige", "El", "Ella", "Elle", "Elles", "En", "Er", "Es", "Esta",
    "Este", "Et", "Even", "Every", "First", "Following", "For", "From", "Für", "Given", "Had", "Has",
    "Have", "He", "Her", "Here", "His", "How", "However", "Ich", "If", "Ihr", "Ihre", "Il", "Ils", "Im",
    "In", "Indeed", "Instead", "Is", "It", "Its", "Je", "Just", "La", "Las", "Last", "Le", "Les", "Let",
    "Like", "Lo", "Los", "Mais", "Many", "Maybe", "Meanwhile", "Mit", "More", "Moreover", "Most", "Much",
    "My", "Nach", "Neither", "No", "Not", "Nous", "Now", "Of", "On", "Once", "One", "Only", "Or", "Other",
    "Others", "Otherwise", "Our", "Over", "Para", "Perhaps", "Pero", "Por", "Pour", "Se", "Seit",
    "Several", "She", "Sie", "Since", "So", "Some", "Soon", "Still", "Such", "Sur", "Tel", "Than", "That",
    "The", "Their", "Then", "There", "Therefore", "These", "They", "This", "Those", "Though", "Through",
    "Throughout", "Thus", "To", "Today", "Too", "Two", "Un", "Una", "Under", "Une", "Unlike", "Until",
    "Up", "Upon", "Us", "Von", "Was", "We", "Well", "Were", "What", "When", "Where", "Whether", "Which",
    "While", "Who", "Why", "Will", "Wir", "With", "Within", "Without", "Y", "Yes", "Yesterday", "Yet",
    "You", "Your", "Zu", "Zum", "À", "А", "Без", "Был", "Была", "Были", "Было", "В", "Во", "Вот", "Все",
    "Для", "До", "Его", "Если", "Ещё", "Её", "За", "И", "Из", "Или", "К", "Как", "Когда", "Кроме", "Мы",
    "На", "Не", "Но", "О", "Об", "Один", "Однако", "Он", "Она", "Они", "Оно", "От", "По", "После", "При",
    "С", "Так", "Также", "Там", "То", "У", "Что", "Эта", "Эти", "Это", "Этот", "Я",
];

/// English words that open sentences even where capitals are left out, and seldom follow an abbreviation.
#[rustfmt::skip]
pub(super) const SMALL_OPENERS: &[&str] = &[
    "i", "if", "it", "its", "maybe", "my", "she", "the", "there", "they", "this", "we", "what", "you", "your",
];

/// Names that hold an exclamation or question mark.
pub(super) const MARKED_NAMES: &[&str] = &["Jeopardy!", "Oklahoma!", "Yahoo!", "Yum!"];

/// What follows a dot inside a host or file name, for glued words that are one name after all.
#[rustfmt::skip]
pub(super) const SUFFIXES: &[&str] = &[
    "com", "doc", "docx", "edu", "exe", "gov", "html", "io", "jpg", "js", "json", "md", "net", "org",
    "pdf", "png", "py", "rs", "ru", "tv", "txt", "uk", "xls", "xml", "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_sorted() {
        let tables = [
            TITLES,
            BEFORE_NUMBER,
            NEVER_LAST,
            MAY_BE_LAST,
            CALENDAR,
            ZONES,
            BEFORE_ORDINAL,
            OPENERS,
            MARKED_NAMES,
            SUFFIXES,
        ];
        for table in tables {
            for pair in table.windows(2) {
                assert!(pair[0] < pair[1], "{} before {}", pair[0], pair[1]);
            }
        }
    }
}
