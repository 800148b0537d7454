//! Which findings are known or suppressed, by the settings `baseline`, `boilerplate` and `max_doc_freq`, and whether the rest would fail a run.

use std::{fs, path::Path};

use twicetold::{
    Error, Settings,
    gate::{Baseline, Boilerplate, Limits, Rules, judge},
    report::Findings,
    settings::Frequency,
};

/// What findings are judged by.
#[derive(Debug)]
pub(crate) struct Gate {
    rules: Rules,
    limits: Limits,
}

impl Gate {
    /// Reads the files that the settings name.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Error> {
        let read =
            |path: &str| fs::read_to_string(path).map_err(|source| Error::Io { path: path.into(), source });
        let mut texts: Vec<(String, String)> = Vec::new();
        for path in &settings.boilerplate {
            // Without its folder: a report says nothing of the machine.
            let name = Path::new(path)
                .file_name()
                .map_or_else(|| path.clone(), |name| name.to_string_lossy().into_owned());
            texts.push((name, read(path)?));
        }
        let baseline = match settings.baseline.as_str() {
            "" => None,
            path => Some(Baseline::parse(&read(path)?).map_err(|message| Error::Setting {
                name: "baseline".to_owned(),
                message: format!("{path}: {message}"),
            })?),
        };
        let rules = Rules {
            baseline,
            boilerplate: Boilerplate::new(texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))),
            max_doc_freq: settings.max_doc_freq,
            ..Rules::default()
        };
        Ok(Self { rules, limits: Limits::of(settings) })
    }

    /// The files that were read: they are no articles.
    pub(crate) fn files(settings: &Settings) -> impl Iterator<Item = std::path::PathBuf> {
        settings
            .boilerplate
            .iter()
            .chain([&settings.baseline])
            .filter(|path| !path.is_empty())
            .map(Into::into)
    }

    /// Whether it must know how many documents an archive has.
    pub(crate) const fn asks_share_of_documents(&self) -> bool {
        matches!(self.rules.max_doc_freq, Frequency::Share(_))
    }

    /// Gives findings their states; whether they fail. `stored` documents are an archive's.
    pub(crate) fn judge(&mut self, findings: &mut Findings, stored: u64) -> bool {
        self.rules.stored_documents = stored;
        judge(findings, &self.rules);
        self.limits.verdict(findings).reason.is_some()
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }
}
