import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ProblemsError } from "../../components/problem.ts";
import { binaries, cachedPath, commandOf, type Machine } from "../../toolchain/binaries.ts";
import { type BinaryName, binaryNames, parseVersion } from "../../toolchain/pins.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("the toolchain", () => {
  let folder: string;
  let machine: Machine;
  const lines: string[] = [];

  beforeEach(() => {
    folder = temporaryFolder("toolchain");
    lines.length = 0;
    // The system's own folders serve the scripts below; a Go there would hide that Go is absent.
    machine = { cache: join(folder, "cache"), path: [join(folder, "path"), join(folder, "system")] };
    for (const tool of ["sh", "cat", "sleep", "rm", "chmod"])
      script(join("system", tool), `exec /bin/${tool} "$@"`);
  });

  function script(name: string, text: string): string {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** A Go that writes the words of its call into the program it "builds". */
  function fakeGo(build = 'while [ "$1" != -o ]; do shift; done; echo "$*" > "$2"; chmod +x "$2"'): void {
    script(
      "path/go",
      `case "$1" in env) echo go1.26.8;; build) echo x >> "${folder}"/builds; ${build};; esac`,
    );
  }

  const builds = () => readFileSync(join(folder, "builds"), "utf8").trim().split("\n").length;
  const run = () => binaries((line) => lines.push(line), machine);
  const problemsOf = async () => {
    const error = await run().then(
      () => assert.fail("nothing was refused"),
      (reason) => reason,
    );
    assert.ok(error instanceof ProblemsError, String(error));
    return error.problems;
  };

  const versions: [name: BinaryName, words: string, taken: boolean][] = [
    ["helm", "v3.21.4+gabc", true],
    ["helm", "v3.17.0", true],
    ["helm", "v3.16.9", false],
    ["helm", "v4.0.1", false],
    ["pulumi", "v3.270.0", true],
    ["pulumi", "v3.229.9", false],
    ["kube-apiserver", "Kubernetes v1.36.4", true],
    ["kube-apiserver", "Kubernetes v1.35.9", false],
    ["etcd", "etcd Version: 3.6.0", true],
    ["etcd", "etcd Version: 3.5.21", false],
    ["kwok", "kwok version v0.8.1 go1.26", true],
    ["kwok", "kwok version v0.9.0 go1.26", false],
    ["kubectl", "Client Version: v1.32.4\nKustomize Version: v5.5.0", true],
    ["kwokctl", "unreadable", false],
  ];
  for (const [name, words, taken] of versions) {
    it(`${taken ? "takes" : "leaves"} a ${name} on PATH that says "${words}"`, async () => {
      fakeGo();
      const onPath = script(`path/${name}`, `echo "${words}"`);
      assert.equal((await run())[name], taken ? onPath : cachedPath(name, machine));
    });
  }

  it("is called by name where it is on PATH, and by its place otherwise", () => {
    assert.equal(commandOf("kubectl", machine), cachedPath("kubectl", machine));
    script("path/kubectl", "echo 'Client Version: v1.34.2'");
    assert.equal(commandOf("kubectl", machine), "kubectl");
  });

  it("asks a program on PATH for its version once", async () => {
    fakeGo();
    script("path/helm", `echo x >> "${folder}"/asked; echo v3.21.4`);
    await run();
    await run();
    assert.equal(readFileSync(join(folder, "asked"), "utf8"), "x\n");
  });

  it("builds what is missing, tells which and how many are left, and builds nothing twice", async () => {
    fakeGo();
    const found = await run();
    assert.equal(builds(), binaryNames.length);
    assert.match(lines[0] ?? "", /^kube-apiserver: building, 8 left/);
    for (const name of binaryNames) assert.ok(existsSync(found[name]));
    await run();
    assert.equal(builds(), binaryNames.length);
  });

  it("leaves nothing half-built behind, and says Go's own last words", async () => {
    fakeGo('while [ "$1" != -o ]; do shift; done; echo half > "$2"; echo "undefined: x" >&2; exit 1');
    const [problem] = await problemsOf();
    assert.match(problem?.reason ?? "", /undefined: x/);
    assert.deepEqual(readdirSync(dirname(cachedPath("kube-apiserver", machine))), []);
  });

  it("lets one of two checkouts build while the other waits", async () => {
    fakeGo('sleep 0.05; while [ "$1" != -o ]; do shift; done; echo whole > "$2"');
    await Promise.all([run(), run()]);
    assert.equal(builds(), binaryNames.length);
  }).timeout(60_000);

  it("names three ways to every program when Go is absent", async () => {
    const problems = await problemsOf();
    assert.deepEqual(problems.map(({ path }) => path).sort(), [...binaryNames].sort());
    for (const { path, reason, fix } of problems) {
      assert.match(reason, /Go is not installed/);
      assert.ok(
        fix.includes("on PATH") &&
          fix.includes("install Go 1.26") &&
          fix.includes(join(machine.cache, "bin")),
        path,
      );
    }
  });

  it("says so when Go is too old", async () => {
    script("path/go", "echo go1.21.0");
    assert.match((await problemsOf())[0]?.reason ?? "", /go1\.21\.0, older than 1\.26/);
  });

  it("reads a version out of any program's words", () => {
    assert.deepEqual(parseVersion("etcd Version: 3.7.3\nGit SHA"), [3, 7, 3]);
    assert.equal(parseVersion("none here"), undefined);
  });
});
