import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import preact from "@preact/preset-vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** What the crate embeds: the page without a report in it. */
const PAGE = fileURLToPath(new URL("../src/report/html/viewer.html", import.meta.url));

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Puts script and style into one page whose security policy names both by their hash, and nothing else. */
function onePage(): Plugin {
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_, bundle) {
      let script = "";
      let style = "";
      for (const file of Object.values(bundle)) {
        if (file.type === "chunk") script += file.code;
        else if (file.fileName.endsWith(".css")) style += file.source.toString();
      }
      script = script.trim();
      style = style.trim();
      // A script element ends at these, whatever stands around them.
      const wrong = /<\/script|<!--/i.exec(script) ?? /<\/style/i.exec(style);
      if (wrong) this.error(`the page cannot hold ${wrong[0]}`);
      const policy = [
        "default-src 'none'",
        `script-src ${hash(script)}`,
        `style-src ${hash(style)}`,
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="twicetold">
<title>twicetold report</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<noscript><!--twicetold:noscript--></noscript>
<!--twicetold:index-->
<script>${script}</script>
<!--twicetold:data-->
</body>
</html>
`;
      writeFileSync(PAGE, page);
    },
  };
}

export default defineConfig({
  plugins: [preact({ devToolsEnabled: false }), onePage()],
  // Those of a browser run under Node alone.
  test: { include: ["test/*.test.ts"] },
  build: {
    target: "es2023",
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: { output: { format: "iife", codeSplitting: false } },
  },
});
