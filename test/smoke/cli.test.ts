import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkout } from "../../rehearsal/home.ts";

describe("the command line that looks from outside", function () {
  this.timeout(120_000);
  const run = (...args: string[]) => {
    const script = join(checkout, "smoke", "cli.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      encoding: "utf8",
      cwd: checkout,
    });
    assert.doesNotMatch(stdout + stderr, /\n\s+at /, "no stack trace");
    return { status, stdout };
  };

  const wrong: [string, string[], RegExp][] = [
    ["no stack", [], /stack: nothing is no stack's name/],
    ["two stacks", ["dev", "prod"], /prod: is more than a stack/],
    ["a stack without a file", ["nosuch"], /there is no file Pulumi\.nosuch\.yaml/],
    ["a time that is none", ["dev", "--wait", "soon"], /--wait: soon is no number of seconds/],
    ["an authority that is none", ["dev", "--authority", "README.md"], /README\.md holds no certificate/],
    ["an authority that is not there", ["dev", "--authority", "gone.pem"], /--authority: gone\.pem.*ENOENT/],
    ["an option with a slip", ["dev", "--jsn"], /'--jsn'/],
  ];
  for (const [what, args, words] of wrong)
    it(`refuses ${what} with status 2`, () => {
      const { status, stdout } = run(...args);
      assert.equal(status, 2);
      assert.match(stdout, words);
    });

  // A loopback address that nothing of this machine listens at.
  const nobody = ["prod", "--at", "127.254.254.254"];

  it("says with status 1 that nobody answers, and where to look", () => {
    const { status, stdout } = run(...nobody);
    assert.equal(status, 1);
    assert.match(stdout, /^smoke prod: 0 of 1 as they should be at https:\/\/speckle\.example\.com, after /);
    assert.match(
      stdout,
      /nobody answers at 127\.254\.254\.254: .*\n {2}Whatever leads to Traefik does not: kubectl/,
    );
  });

  it("answers --json with one document on standard output, also when it refuses", () => {
    const failed = JSON.parse(run(...nobody, "--json").stdout);
    const refused = JSON.parse(run("nosuch", "--json").stdout);
    assert.deepEqual([failed.result, refused.result], ["failed", "refused"]);
    assert.deepEqual(Object.keys(failed), Object.keys(refused));
  });
});
