import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { checkout } from "../../rehearsal/home.ts";
import { emptyOutcome } from "../../rehearsal/outcome.ts";

describe("the rehearsal's command line", function () {
  this.timeout(60_000);
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(checkout, "rehearsal", "cli.ts"), ...args],
      { encoding: "utf8", cwd: checkout },
    );
    return { status, stdout, stderr };
  };

  const wrong: [string, string[], RegExp][] = [
    ["no command", [], /command: none is given/],
    ["a command with a slip", ["upp", "dev"], /there is no upp; did you mean up\?/],
    ["no stack", ["up"], /stack: nothing is no stack's name/],
    ["a stack that is a path", ["down", "../dev"], /\.\.\/dev is no stack's name/],
    ["two stacks", ["up", "dev", "prod"], /prod: is more than a command and a stack/],
    ["an option with a slip", ["up", "dev", "--jsn"], /'--jsn'/],
    ["a stack without a file", ["up", "nosuch"], /there is no file Pulumi\.nosuch\.yaml/],
    ["a setting without a value", ["preview", "dev", "--set", "domain"], /--set: domain is no setting/],
    ["a fault there is not", ["up", "dev", "--fault", "flood"], /no fault the rehearsal knows/],
    ["a setting there is not", ["preview", "dev", "--set", "domian=a.example"], /Did you mean domain\?/],
  ];
  for (const [what, args, words] of wrong) {
    it(`refuses ${what} with status 2`, () => {
      const { status, stdout, stderr } = run(...args);
      assert.equal(status, 2);
      assert.match(stdout, words);
      assert.doesNotMatch(stdout + stderr, /\n\s+at /, "no stack trace");
      assert.doesNotMatch(stdout, /stand-ins/, "nothing of what has not been done");
    });
  }

  it("answers --json with one document on standard output, also when it refuses", () => {
    const { status, stdout } = run("up", "nosuch", "--json");
    const outcome = JSON.parse(stdout);
    assert.deepEqual([status, outcome.result, outcome.stack], [2, "refused", "nosuch"]);
    assert.deepEqual(Object.keys(outcome), Object.keys(emptyOutcome("nosuch", "up")));
  });

  it("says with status 1 that nothing runs, and how to start it", () => {
    const { status, stdout } = run("status", "nosuch");
    assert.equal(status, 1);
    assert.match(stdout, /nosuch: is not running\n\s+Start it with: npm run rehearse -- up nosuch/);
  });

  it("ends what is not there without a word of complaint", () => {
    assert.equal(run("down", "nosuch").status, 0);
  });

  it("explains itself", () => {
    const { status, stdout } = run("--help");
    assert.equal(status, 0);
    for (const option of ["--json", "--charts", "--set", "--keep"]) assert.ok(stdout.includes(option));
  });
});
