import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProblemsError } from "../../components/problem.ts";
import { stackConfig } from "../../rehearsal/stack-file.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("a stack's file in a rehearsal", () => {
  const folder = temporaryFolder("stack-file");
  const file = (name: string, text: string) => writeFileSync(join(folder, `Pulumi.${name}.yaml`), text);

  before(() => {
    file(
      "dev",
      `encryptionsalt: v1:abc
config:
  domain: a.example
  speckle-stacks:emailPassword:
    secure: v1:cipher
  speckle-stacks:pools: '{"heavy":{"nodes":1,"size":{"cpu":"2"}}}'
  aws:region: eu-central-1
`,
    );
    file("broken", "config: [");
  });

  it("gives the project's own settings, named with it or without, JSON text as what it says, without needing anybody's passphrase", () => {
    const { emailPassword, ...rest } = stackConfig(folder, "dev", []);
    assert.deepEqual(rest, { domain: "a.example", pools: { heavy: { nodes: 1, size: { cpu: "2" } } } });
    assert.match(String(emailPassword), /^concealed-[0-9a-f]{48}$/);
  });

  const sets: [string, string, unknown][] = [
    ["replaces a text", "domain=b.example", { domain: "b.example" }],
    ["reads YAML", "quota={cpu: 4, memory: 8Gi}", { quota: { cpu: 4, memory: "8Gi" } }],
    [
      "leads inside and keeps what is beside",
      "pools.heavy.nodes=3",
      { pools: { heavy: { nodes: 3, size: { cpu: "2" } } } },
    ],
    ["makes what is not there", "postgres.storage=9Gi", { postgres: { storage: "9Gi" } }],
    ["keeps an equals sign in the value", "domain=a=b", { domain: "a=b" }],
  ];
  for (const [what, set, expected] of sets) {
    it(`--set ${what}`, () => {
      const config = stackConfig(folder, "dev", [set]);
      const key = Object.keys(expected as object)[0] ?? "";
      assert.deepEqual({ [key]: config[key] }, expected);
    });
  }

  const refused: [string, string, string[], RegExp][] = [
    ["a stack without a file, naming those there are", "prod", [], /Name one of broken, dev/],
    ["a file that is no YAML, naming it", "broken", [], /Pulumi\.broken\.yaml is no YAML/],
    ["a setting without a value", "dev", ["domain"], /--set domain is no setting/],
  ];
  for (const [what, stack, given, words] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => stackConfig(folder, stack, given),
        ({ problems }: ProblemsError) => {
          const [problem] = problems;
          return words.test(`${problem?.path} ${problem?.reason} ${problem?.fix}`);
        },
      );
    });
  }
});
