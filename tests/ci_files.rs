//! The files that others' build servers read: they are sound, and nothing that comes from outside becomes shell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{fs, path::Path, process::Command};

use saphyr::{LoadableYamlNode as _, Yaml};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn yaml(text: &str) -> Yaml<'_> {
    let mut documents = Yaml::load_from_str(text).unwrap();
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

fn keys(node: &Yaml<'_>) -> Vec<String> {
    node.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned()).collect()
}

/// Every text that some shell runs.
fn scripts(node: &Yaml<'_>, found: &mut Vec<String>) {
    if let Some(items) = node.as_sequence() {
        items.iter().for_each(|item| scripts(item, found));
    }
    for (key, value) in node.as_mapping().into_iter().flatten() {
        match (key.as_str(), value.as_str()) {
            (Some("run"), Some(script)) => found.push(script.to_owned()),
            _ => scripts(value, found),
        }
    }
}

#[test]
fn the_action_puts_no_value_into_a_script() {
    let text = read("action.yml");
    let action = yaml(&text);
    assert_eq!(action["runs"]["using"].as_str(), Some("composite"));
    let mut found = Vec::new();
    scripts(&action, &mut found);
    assert_eq!(found.len(), 2, "{found:?}");
    for script in &found {
        assert!(!script.contains("${{"), "{script}");
    }
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        assert_eq!(step["shell"].as_str(), Some("bash"), "a composite action must say its shell");
    }
    let env = &action["runs"]["steps"][1]["env"];
    let given: Vec<String> =
        keys(env).iter().map(|key| env[key.as_str()].as_str().unwrap().to_owned()).collect();
    for input in keys(&action["inputs"]) {
        assert!(action["inputs"][input.as_str()]["description"].as_str().is_some(), "{input}");
        let used = format!("${{{{ inputs.{input} }}}}");
        assert!(given.contains(&used) || input == "working-directory", "{input} is not passed on");
    }
}

#[test]
fn what_the_documents_show_is_sound() {
    let text = read("docs/ci.md");
    let blocks: Vec<&str> =
        text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(3 < blocks.len());
    let action = read("action.yml");
    let inputs = keys(&yaml(&action)["inputs"]);
    for block in blocks {
        let node = yaml(block);
        let mut found = Vec::new();
        scripts(&node, &mut found);
        assert!(found.iter().all(|script| !script.contains("${{")), "{found:?}");
        for with in block.split("uses: twicetold/").skip(1) {
            let lines = with.lines().skip_while(|line| line.trim() != "with:").skip(1);
            let names = lines
                .take_while(|line| line.starts_with("          "))
                .filter(|line| !line.starts_with("           "));
            for name in names.filter_map(|line| line.trim().split(':').next()) {
                assert!(inputs.iter().any(|input| input == name), "action.yml has no input `{name}`");
            }
        }
    }
}

#[test]
fn no_version_is_named_that_was_not_released() {
    let released = |version: &str| read("CHANGELOG.md").contains(&format!("\n## {version}"));
    for name in ["docs/ci.md", "action.yml", ".pre-commit-hooks.yaml", "README.md"] {
        for words in read(name).lines().filter(|line| line.contains("twicetold") || line.contains("rev:")) {
            let versions = words.split(|c: char| !c.is_ascii_digit() && c != '.');
            for version in versions.filter(|word| word.matches('.').count() == 2 && !word.starts_with('.')) {
                assert!(released(version), "{name} names {version}: {words}");
            }
        }
    }
}

#[test]
fn the_hooks_name_commands_that_are() {
    let text = read(".pre-commit-hooks.yaml");
    let hooks = yaml(&text);
    for hook in hooks.as_sequence().unwrap() {
        assert_eq!(hook["language"].as_str(), Some("rust"));
        let words: Vec<&str> = hook["entry"].as_str().unwrap().split(' ').collect();
        assert_eq!(words[0], "twicetold");
        let folder = tempfile::tempdir().unwrap();
        let ran = Command::new(env!("CARGO_BIN_EXE_twicetold"))
            .args(&words[1..])
            .current_dir(folder.path())
            .output();
        let ran = ran.unwrap();
        assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
        assert!(read("docs/ci.md").contains(hook["id"].as_str().unwrap()));
    }
}

/// Runs the action's script with a stand-in for the program that writes its words down, one a line, and ends with 1.
#[cfg(unix)]
#[test]
fn the_script_hands_every_value_on_as_one_word() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let stand_in = here.join("stand-in");
    fs::write(&stand_in, "#!/bin/sh\nprintf '%s\\n' \"$@\" > words\nexit 1\n").unwrap();
    fs::set_permissions(&stand_in, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |values: &[(&str, &str)]| {
        let mut command = Command::new("bash");
        command.arg(root().join(".ci/action")).current_dir(here);
        for name in
            "COMMAND PATHS INDEX AGAINST BASELINE FAIL_ON MAX_DUPLICATED PATH_PREFIX SARIF ARGS".split(' ')
        {
            command.env(format!("TWICETOLD_{name}"), "");
        }
        command
            .env("TWICETOLD", &stand_in)
            .env("RUNNER_TEMP", here)
            .env("GITHUB_OUTPUT", here.join("output"));
        command.env_remove("GITHUB_STEP_SUMMARY");
        command
            .envs(values.iter().map(|(name, value)| (format!("TWICETOLD_{name}"), value)))
            .output()
            .unwrap()
    };
    let hostile = "$(touch owned); `touch owned`\n\"; touch owned; \"\n${{ github.token }}\n* --color=always";
    let ran = run(&[
        ("COMMAND", "check"),
        ("PATHS", hostile),
        ("AGAINST", hostile),
        ("BASELINE", "a b.json; touch owned"),
        ("ARGS", "--max-doc-freq=5%\n\n--glob=a b"),
    ]);
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(!here.join("owned").exists());
    let words = fs::read_to_string(here.join("words")).unwrap();
    let words: Vec<&str> = words.lines().collect();
    let lines: Vec<&str> = hostile.lines().collect();
    let end = words.iter().position(|word| *word == "--").unwrap();
    assert_eq!(words[end + 1..], lines, "paths come after --, so none is taken for a flag");
    for line in lines {
        assert!(words.contains(&format!("--against={line}").as_str()), "{words:?}");
    }
    for word in
        ["check", "--baseline=a b.json; touch owned", "--max-doc-freq=5%", "--glob=a b", "--format=github"]
    {
        assert!(words[..end].contains(&word), "{word}: {words:?}");
    }
    assert!(fs::read_to_string(here.join("output")).unwrap().contains("exit-code=1\n"));
    assert_eq!(run(&[("COMMAND", "index; touch owned")]).status.code(), Some(2));
    assert!(!here.join("owned").exists());
}
