import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProblemsError } from "../../components/problem.ts";
import { haproxy } from "../../toolchain/debian.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("HAProxy for the tests of the fixed entry", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder("debian");
    mkdirSync(join(folder, "bin"));
  });

  const machine = () => ({ cache: join(folder, "cache"), path: [join(folder, "bin"), "/bin", "/usr/bin"] });
  function program(name: string, text: string): string {
    const file = join(folder, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it("is the one on PATH, when it is new enough", () => {
    const file = program("haproxy", "echo HAProxy version 2.8.5-1 2024/01/01");
    assert.equal(
      haproxy(() => {}, machine()),
      file,
    );
  });

  it("is said to be missing, with every way to have it, and leaves nothing half-made", () => {
    program("haproxy", "echo HA-Proxy version 1.8.8 2018/04/19");
    program("apt-get", "echo nothing can be reached >&2; exit 100");
    assert.throws(
      () => haproxy(() => {}, machine()),
      (error) =>
        error instanceof ProblemsError &&
        /apt-get: nothing can be reached/.test(error.message) &&
        /put haproxy 2\.6 or later on PATH/.test(error.message),
    );
    assert.deepEqual(readdirSync(join(folder, "cache", "bin")), []);
  });
});
