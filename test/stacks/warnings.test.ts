import assert from "node:assert/strict";
import { settingsWarnings } from "../../stacks/warnings.ts";
import { settingsOf } from "../support/graph.ts";

const email = { host: "mail.example.com", port: 587, from: "speckle@example.com", username: "speckle" };
const oidc = { clientId: "a", name: "Office", discoveryUrl: "https://id.example.com:8443/.well-known" };

describe("what a preview warns of", () => {
  const table: [what: string, change: Record<string, unknown>, path: string | undefined, words?: RegExp][] = [
    ["nothing outside that a start needs", {}, undefined],
    ["a mail server", { email, emailPassword: "p" }, "email", /mail\.example\.com at each start/],
    [
      "a provider that is looked up at the start",
      { signIn: { local: true, oidc }, oidcClientSecret: "s" },
      "signIn.oidc",
      /id\.example\.com:8443 at each start/,
    ],
    [
      "one that is not",
      { signIn: { local: true, github: { clientId: "a" } }, githubClientSecret: "s" },
      undefined,
    ],
  ];
  for (const [what, change, path, words] of table)
    it(`is ${path ? "that server and objects do not start without it" : "nothing"}: ${what}`, () => {
      const found = settingsWarnings(settingsOf("dev", change), new Date("2026-12-01"));
      assert.deepEqual(
        found.map((warning) => warning.path),
        path ? [path] : [],
      );
      if (words) assert.match(found[0]?.reason ?? "", words);
    });
});
