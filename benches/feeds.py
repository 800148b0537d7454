#!/usr/bin/env python3
"""Reads a folder of feeds with twicetold and with feedparser, and tells where the two differ.

    cargo build --release --example read
    pip install feedparser
    benches/feeds.py FOLDER target/release/examples/read

Compared are, of every file that both take for a feed, the number of entries and each entry's title and link. feedparser is
asked not to rewrite HTML, and no address is fetched. An entry we list as a problem counts as read: its number is compared.
"""
import calendar, collections, html, json, pathlib, re, subprocess, sys

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


def json_feed(path):
    """The entries of a JSON Feed, as feedparser would give them: it reads XML only."""
    try:
        feed = json.loads(path.read_bytes())
    except ValueError:
        return None
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return None
    entries = [
        {"title": item.get("title"), "link": item.get("url") or item.get("external_url") or "", "id": str(item.get("id", ""))}
        for item in feed["items"]
    ]
    return feedparser.FeedParserDict(entries=entries, bozo=False, version="json")


def main():
    folder, binary = pathlib.Path(sys.argv[1]), sys.argv[2]
    files, problems = ours(folder, binary)
    count = collections.Counter()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        parsed = json_feed(path) or feedparser.parse(path.read_bytes(), sanitize_html=False)
        theirs = parsed.entries
        mine = [files[name][record] for record in sorted(r for r in files[name] if r)]
        count["files"] += 1
        count["articles"] += sum("text" in entry for entry in mine)
        for problem in problems[name]:
            count["problems: " + problem["problem"]] += 1
        if not theirs and not parsed.version:
            count["files that are no feed to feedparser"] += 1
            continue
        count["feeds"] += 1
        count["feeds, well-formed"] += not parsed.bozo
        count["entries, feedparser"] += len(theirs)
        count["entries, ours"] += len(mine)
        if len(mine) != len(theirs):
            count["feeds with another number of entries"] += 1
            print(
                f"{name}: {len(mine)} entries, feedparser {len(theirs)}"
                f"{' (not well-formed)' if parsed.bozo else ''}; {[p['message'] for p in problems[name]][:2]}"
            )
            continue
        for number, (mine, their) in enumerate(zip(mine, theirs), 1):
            if "text" not in mine:
                count["entries listed as problems"] += 1
                continue
            theirs_is = {field: their.get(field) or "" for field in ("title", "link", "id")}
            for field, us, them in (
                ("title", plain(mine["title"]), plain(theirs_is["title"])),
                ("link", mine["url"] or "", theirs_is["link"]),
                ("id", mine["id"], theirs_is["id"] or mine["id"]),
            ):
                count[f"{field}s compared"] += 1
                if field == "link" and us != them and not re.match(r"[a-z]+:", them) and us.endswith(them.lstrip("./")):
                    count["links made whole by us only"] += 1
                elif us != them:
                    count[f"{field}s that differ"] += 1
                    print(f"{name} #{number} {field}: {us!r}, feedparser {them!r}")
            when = their.get("published_parsed") or their.get("updated_parsed")
            if when:
                count["dates compared"] += 1
                if mine["time"] != calendar.timegm(when):
                    count["dates that differ"] += 1
                    print(f"{name} #{number} date: {mine['date']!r} {mine['time']}, feedparser {calendar.timegm(when)}")
    for what, number in sorted(count.items()):
        print(f"{what}: {number}")


main()
