import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProblemsError } from "../../components/problem.ts";
import { type DebianProgramName, debianProgram, findDebianProgram } from "../../toolchain/debian.ts";
import { temporaryFolder } from "../support/temporary.ts";

interface Case {
  readonly name: DebianProgramName;
  /** A name it goes by on PATH. */
  readonly file: string;
  readonly fitting: string;
  readonly old: string;
  readonly needed: RegExp;
}

const cases: Case[] = [
  {
    name: "haproxy",
    file: "haproxy",
    fitting: "HAProxy version 2.8.5-1 2024/01/01",
    old: "HA-Proxy version 1.8.8 2018/04/19",
    needed: /put haproxy 2\.6 or later on PATH/,
  },
  {
    name: "chromium",
    file: "google-chrome",
    fitting: "Google Chrome 140.0.7339.80",
    old: "Chromium 90.0.4430.212 built on Debian 10.9",
    needed: /put chromium 112\.0 or later on PATH/,
  },
];

for (const { name, file, fitting, old, needed } of cases)
  describe(`${name} for the tests`, () => {
    let folder: string;
    beforeEach(() => {
      folder = temporaryFolder("debian");
      mkdirSync(join(folder, "bin"));
    });

    const machine = () => ({ cache: join(folder, "cache"), path: [join(folder, "bin")] });
    function program(called: string, text: string): string {
      const path = join(folder, "bin", called);
      writeFileSync(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${text}\n`);
      chmodSync(path, 0o755);
      return path;
    }

    it("is the one on PATH, when it is new enough", () => {
      const path = program(file, `echo ${fitting}`);
      assert.equal(
        debianProgram(name, () => {}, machine()),
        path,
      );
    });

    it("comes out of Debian's package, with the libraries that came with it", () => {
      // Stands for both programs of Debian: what is fetched is empty, and holds the program when it is unpacked.
      program(
        "apt-get",
        `for word; do case "$word" in -oDir::Cache::archives=*) : > "\${word#*=}/a.deb";; esac; done`,
      );
      program(
        "dpkg-deb",
        [
          `for path in usr/sbin/haproxy usr/lib/chromium/chromium; do`,
          `  mkdir -p "$3/$(dirname $path)" "$3/usr/lib/some-linux-gnu"`,
          `  printf '#!/bin/sh\\necho "${fitting} $LD_LIBRARY_PATH"\\n' > "$3/$path"; chmod +x "$3/$path"`,
          `done`,
        ].join("\n"),
      );
      assert.equal(findDebianProgram(name, machine()), undefined);
      const said: string[] = [];
      const path = debianProgram(name, (line) => said.push(line), machine());
      assert.deepEqual(said, [`${name}: out of Debian's package`]);
      assert.ok(path.startsWith(join(folder, "cache", "bin")));
      assert.equal(findDebianProgram(name, machine()), path);
      assert.deepEqual(readdirSync(join(path, "..")).sort(), [name, "root"]);
      debianProgram(name, (line) => said.push(line), machine());
      assert.equal(said.length, 1, "it is fetched once");
    });

    it("is said to be missing, with every way to have it, and leaves nothing half-made", () => {
      program(file, `echo ${old}`);
      program("apt-get", "echo nothing can be reached >&2; exit 100");
      assert.throws(
        () => debianProgram(name, () => {}, machine()),
        (error) =>
          error instanceof ProblemsError &&
          /apt-get: nothing can be reached/.test(error.message) &&
          needed.test(error.message),
      );
      assert.deepEqual(readdirSync(join(folder, "cache", "bin")), []);
    });
  });
