import { expect, test } from "bun:test";
import { html } from "../../src/pages/html.ts";

test("text is escaped, in elements and in attributes", () => {
  expect(html`<p title="${"\"'"}">${"<&>"}</p>`.toString()).toBe(
    '<p title="&quot;&#39;">&lt;&amp;&gt;</p>',
  );
});

test("HTML from a template goes in as it is, alone or as a list", () => {
  const items = ["a", "<b>"].map((item) => html`<li>${item}</li>`);
  expect(html`<ul>${items}</ul>${html`<hr>`}`.toString()).toBe(
    "<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>",
  );
});

test("a backslash in a template stays what it was in the source", () => {
  expect(html`a\nb${"\\n"}`.toString()).toBe("a\nb\\n");
});
