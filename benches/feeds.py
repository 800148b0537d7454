#!/usr/bin/env python3
"""Reads a folder of feeds with twicetold and with feedparser, and tells where the two differ.

    cargo build --release --example read
    pip install feedparser
    benches/feeds.py FOLDER target/release/examples/read

Compared are, of every file that both take for a feed, the number of entries and each entry's title and link. feedparser is
asked not to rewrite HTML, and no address is fetched. An entry we list as a problem counts as read: its number is compared.
"""
import collections, html, json, pathlib, re, subprocess, sys

import feedparser

feedparser.SANITIZE_HTML = 0
feedparser.RESOLVE_RELATIVE_URIS = 1


def plain(text):
    """Without tags, references and differences of blanks, as a title is compared."""
    text = re.sub(r"<[^>]*>", "", html.unescape(text or ""))
    return " ".join(html.unescape(text).split())


def ours(folder, binary):
    files = collections.defaultdict(dict)
    problems = collections.defaultdict(list)
    done = subprocess.run([binary, str(folder)], stdout=subprocess.PIPE, check=True)
    for line in done.stdout.decode().splitlines():
        item = json.loads(line)
        if "problem" in item:
            problems[item["path"]].append(item)
            if item["record"]:
                files[item["path"]].setdefault(item["record"], item)
        else:
            files[item["path"]][item["record"]] = item
    return files, problems


def main():
    folder, binary = pathlib.Path(sys.argv[1]), sys.argv[2]
    files, problems = ours(folder, binary)
    count = collections.Counter()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        parsed = feedparser.parse(path.read_bytes(), sanitize_html=False)
        theirs = parsed.entries
        mine = [files[name][record] for record in sorted(r for r in files[name] if r)]
        count["files"] += 1
        count["problems"] += len(problems[name])
        for problem in problems[name]:
            count["problem " + problem["problem"]] += 1
        count["articles"] += sum("text" in entry for entry in mine)
        if not theirs and not parsed.version:
            count["no feed to feedparser"] += 1
            continue
        count["feeds"] += 1
        count["well-formed feeds"] += not parsed.bozo
        count["entries, feedparser"] += len(theirs)
        count["entries, ours"] += len(mine)
        if len(mine) != len(theirs):
            count["feeds with another number of entries"] += 1
            print(f"{name}: {len(mine)} entries, feedparser {len(theirs)}"
                  f"{' (not well-formed)' if parsed.bozo else ''}; {[p['message'] for p in problems[name]][:2]}")
            continue
        for number, (mine, their) in enumerate(zip(mine, theirs), 1):
            if "text" not in mine:
                count["entries listed as problems"] += 1
                continue
            for field, us, them in (
                ("title", plain(mine["title"]), plain(their.get("title"))),
                ("link", mine["url"] or "", their.get("link", "")),
                ("id", mine["id"], their.get("id", "") or mine["id"]),
            ):
                count[field + "s compared"] += 1
                if us != them:
                    count[field + "s that differ"] += 1
                    print(f"{name} #{number} {field}: {us!r}, feedparser {them!r}")
            parsed_time = their.get("published_parsed") or their.get("updated_parsed")
            if parsed_time:
                count["dates compared"] += 1
                import calendar
                if mine["time"] != calendar.timegm(parsed_time):
                    count["dates that differ"] += 1
                    print(f"{name} #{number} date: {mine['date']!r} {mine['time']}, feedparser {calendar.timegm(parsed_time)}")
    for what, number in sorted(count.items()):
        print(f"{what}: {number}")


main()
