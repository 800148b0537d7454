//! The rules of the house, read from ARCHITECTURE.md and held against the source.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const GROUND: [&str; 8] = ["budget", "date", "document", "error", "hash", "id", "settings", "span"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path.as_ref())).unwrap()
}

fn sources(dir: &str, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(root().join(dir)).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let relative = path.strip_prefix(root()).unwrap().to_path_buf();
        if path.is_dir() {
            sources(relative.to_str().unwrap(), out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(relative);
        }
    }
}

fn all_sources() -> Vec<PathBuf> {
    let mut out = Vec::new();
    sources("src", &mut out);
    out
}

/// The first module below the crate: `src/passage/seed.rs` -> `passage`.
fn module(path: &Path) -> String {
    let below: Vec<String> = path.iter().skip(1).map(|part| part.to_string_lossy().into_owned()).collect();
    below.first().unwrap().trim_end_matches(".rs").to_owned()
}

/// Code without comments and without its test module, in the file or beside it.
fn code(path: &Path) -> String {
    if path.ends_with("tests.rs") {
        return String::new();
    }
    let text = read(path).replace("\n#[cfg(test)]\nmod tests;", "");
    let body = text.split("\n#[cfg(test)]").next().unwrap();
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that `crate::…` paths name, braces included.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => {
                found.insert(
                    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap().to_owned(),
                );
            }
            Some(list) => {
                let mut depth = 0;
                let mut name = String::new();
                for c in list.chars() {
                    match c {
                        '}' if depth == 0 => break,
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            found.insert(std::mem::take(&mut name));
                        }
                        _ if depth == 0 => name.push(c),
                        _ => {}
                    }
                }
                found.insert(name);
            }
        }
    }
    found
        .into_iter()
        .map(|name| name.trim().split("::").next().unwrap().to_owned())
        .filter(|n| !n.is_empty())
        .collect()
}

fn grants() -> BTreeMap<String, Vec<String>> {
    let text = read("ARCHITECTURE.md");
    let table = text.split("| module | its one job |").nth(1).expect("the table of modules");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let granted =
            cells[3].split(',').map(|name| name.trim().to_owned()).filter(|name| name != "–").collect();
        (cells[1].to_owned(), granted)
    })
    .collect()
}

#[test]
fn imports_are_granted_by_the_map() {
    let grants = grants();
    let mut wrong = Vec::new();
    for path in all_sources() {
        let module = module(&path);
        if ["lib", "main", "cli"].contains(&module.as_str()) {
            continue;
        }
        let ground = GROUND.contains(&module.as_str());
        let own = if ground { "ground floor" } else { module.as_str() };
        let granted = grants.get(own).unwrap_or_else(|| panic!("ARCHITECTURE.md does not know `{module}`"));
        for import in imports(&code(&path)) {
            let noun = import.starts_with(char::is_uppercase);
            let allowed =
                noun || import == module || GROUND.contains(&import.as_str()) || granted.contains(&import);
            if !allowed {
                wrong.push(format!("{} imports crate::{import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "not granted by ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_map_names_modules_that_exist() {
    for module in grants().keys().filter(|name| *name != "ground floor") {
        let there =
            root().join("src").join(module).is_dir() || root().join(format!("src/{module}.rs")).is_file();
        assert!(there, "ARCHITECTURE.md names `{module}`, which is not in src/");
    }
}

#[test]
fn the_command_line_uses_public_names_only() {
    for path in all_sources().iter().filter(|path| ["main", "cli"].contains(&module(path).as_str())) {
        for import in imports(&code(path)) {
            assert!(import == "cli", "{} reaches into crate::{import}; use twicetold::", path.display());
        }
    }
}

#[test]
fn library_code_does_not_print_exit_or_read_the_clock() {
    for path in all_sources().iter().filter(|path| !["main", "cli"].contains(&module(path).as_str())) {
        let code = code(path);
        for word in [
            "println!",
            "print!(",
            "eprint",
            "process::exit",
            "SystemTime",
            "Instant::now",
            "Timestamp::now",
            "Zoned::now",
            "thread::sleep",
            "todo!",
            "unimplemented!",
        ] {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
        let opens =
            ["std::fs", "File::open", "std::net", "env::var"].into_iter().find(|word| code.contains(word));
        let is_own = path.starts_with("src/pipeline/work")
            || ["source", "archive", "spill"].contains(&module(path).as_str());
        assert!(
            opens.is_none() || is_own,
            "{} uses {opens:?}; only source opens input, an archive its own file, a run its work folder, and spill files without a name",
            path.display()
        );
    }
}

#[test]
fn the_python_module_is_safe_and_its_files_have_one_job() {
    let mut files = Vec::new();
    sources("python/src", &mut files);
    assert!(!files.is_empty());
    for path in files {
        let code = code(&path);
        let lines = code.lines().count();
        assert!(lines <= 400, "{} has {lines} lines of code: split it", path.display());
        for word in ["unsafe_code", ".unwrap()", ".expect(", "panic!", "println!", "eprint"] {
            assert!(!code.contains(word), "{} uses {word}", path.display());
        }
    }
}

#[test]
fn unsafe_code_stands_where_the_map_says() {
    let map = read("ARCHITECTURE.md");
    let rule = map.lines().find(|line| line.contains("`unsafe` stands in these files only")).unwrap();
    for path in all_sources() {
        let allowed = code(&path).contains("allow(unsafe_code)");
        let named = rule.contains(&format!("`{}`", path.display()));
        assert_eq!(allowed, named, "{}", path.display());
    }
}

#[test]
fn files_have_one_job() {
    for path in all_sources() {
        let lines = code(&path).lines().count();
        assert!(lines <= 600, "{} has {lines} lines of code: split it", path.display());
    }
}

#[test]
fn main_can_be_read_on_one_screen() {
    assert!(read("src/main.rs").lines().count() < 60);
}

#[test]
fn every_path_in_the_documents_exists() {
    let mut wrong = Vec::new();
    let mut documents = vec![
        PathBuf::from("README.md"),
        "ARCHITECTURE.md".into(),
        "CHANGELOG.md".into(),
        "CONTRIBUTING.md".into(),
    ];
    if let Ok(entries) = fs::read_dir(root().join("docs")) {
        let paths = entries.map(|e| e.unwrap().path());
        documents.extend(paths.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    for document in documents {
        let text = read(&document);
        for part in text.split('`').skip(1).step_by(2) {
            let roots = ["src/", "tests/", "benches/", "fixtures/", "examples/", "docs/", "viewer/", ".ci/"];
            let plain = part.chars().all(|c| c.is_alphanumeric() || "./_-".contains(c));
            if plain && roots.iter().any(|root| part.starts_with(root)) && !root().join(part).exists() {
                wrong.push(format!("{} names `{part}`", document.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let table = read("ARCHITECTURE.md");
    let table = table.split("## Dependencies").nth(1).unwrap();
    let module: toml::Table = read("python/Cargo.toml").parse().unwrap();
    let sections = [&manifest["dependencies"], &manifest["dev-dependencies"], &module["dependencies"]];
    for name in sections.into_iter().flat_map(|section| section.as_table().unwrap().keys()) {
        let is_ours = name == "twicetold";
        assert!(
            is_ours || table.contains(&format!("`{name}`")),
            "ARCHITECTURE.md gives no reason for `{name}`"
        );
    }
}
