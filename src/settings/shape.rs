//! What sort of value a setting takes and where help shows it: what a door needs to know to offer it.

/// The heading under which help and documents list a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What counts as told twice.
    Find,
    /// Which files are read, and how.
    Input,
    /// Which findings count, and what they do.
    Gate,
    /// How reports look.
    Output,
    /// How the work is done; never what is found.
    Run,
}

impl Group {
    /// Every group, in the order help shows them.
    pub const ALL: [Self; 5] = [Self::Find, Self::Input, Self::Gate, Self::Run, Self::Output];

    /// The heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Find => "What to find",
            Self::Input => "Input",
            Self::Gate => "Gate",
            Self::Output => "Output",
            Self::Run => "Run",
        }
    }
}

/// The sort of value, as a typed format such as TOML or JSON would hold it.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// On or off.
    Switch,
    /// A whole number, not negative.
    Number,
    /// A number between 0 and 1, or a percentage in quotes.
    Share,
    /// A whole number, or a percentage in quotes.
    Frequency,
    /// A number of bytes, or text such as `16M`.
    Size,
    /// One text.
    Text,
    /// One of some names.
    Choice(fn() -> Vec<&'static str>),
    /// Several of some names.
    Choices(fn() -> Vec<&'static str>),
    /// Texts, one after another; giving more adds to them.
    Texts,
    /// A whole number for each of some names, or one for all.
    Numbers(fn() -> Vec<&'static str>),
    /// A share for each of some names, or one for all.
    Shares(fn() -> Vec<&'static str>),
    /// A text for each of some names.
    Names(fn() -> Vec<&'static str>),
}

impl Kind {
    /// The names a value is chosen from, or that its parts are given for.
    pub fn names(self) -> Vec<&'static str> {
        match self {
            Self::Switch
            | Self::Number
            | Self::Share
            | Self::Frequency
            | Self::Size
            | Self::Text
            | Self::Texts => Vec::new(),
            Self::Choice(names)
            | Self::Choices(names)
            | Self::Numbers(names)
            | Self::Shares(names)
            | Self::Names(names) => names(),
        }
    }

    /// Whether a value has a part for each of some names: `document=0.7,passage=0.5`.
    pub const fn is_map(self) -> bool {
        matches!(self, Self::Numbers(_) | Self::Shares(_) | Self::Names(_))
    }
}
