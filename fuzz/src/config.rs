//! A configuration file is read or its faults are told, each at a place in it; what is accepted can be used.

use twicetold::{Settings, settings::OPTIONS};

use super::read::read;

/// Any text as a file, and its lines as values of every setting.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match read(&text) {
        Ok(entries) => {
            let layers = entries.iter().map(|entry| (entry.name, entry.value.as_str()));
            for entry in &entries {
                assert!(text.get(entry.span.clone()).is_some(), "{entry:?}");
            }
            if let Ok(settings) = Settings::from_layers(layers) {
                printed_and_set(&settings);
            }
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            for fault in faults {
                assert!(
                    !fault.what.is_empty() && text.get(fault.span.clone()).is_some(),
                    "{fault:?} {text:?}"
                );
            }
        }
    }
    for opt in OPTIONS {
        for value in text.lines().take(4) {
            let mut settings = Settings::default();
            if settings.set(opt.name, value).is_ok() {
                printed_and_set(&settings);
            }
        }
    }
}

/// What is in force, shown and typed again, is in force.
fn printed_and_set(settings: &Settings) {
    let mut again = Settings::default();
    for opt in OPTIONS {
        if let Some(value) = settings.get(opt.name).filter(|value| !value.is_empty()) {
            again.set(opt.name, &value).unwrap_or_else(|error| panic!("{} = {value:?}: {error}", opt.name));
            assert!(opt.many || again.get(opt.name) == Some(value), "{}", opt.name);
        }
    }
    let plan = settings.plan();
    if let (Ok(plan), Ok(other)) = (plan, again.plan()) {
        assert_eq!(plan, other);
    }
}
