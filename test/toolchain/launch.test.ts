import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../rehearsal/home.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("the launcher", () => {
  const folder = temporaryFolder("launch");

  it("does not install into another checkout's folder behind a link, which npm would empty first", () => {
    const [own, other] = [join(folder, "own"), join(folder, "other", "node_modules")];
    for (const made of [join(own, "toolchain"), other]) mkdirSync(made, { recursive: true });
    writeFileSync(join(other, "kept"), "");
    writeFileSync(join(own, "package-lock.json"), "{}");
    copyFileSync(join(checkout, "toolchain", "launch.mjs"), join(own, "toolchain", "launch.mjs"));
    symlinkSync(other, join(own, "node_modules"));
    const { status, stderr } = spawnSync(process.execPath, [join(own, "toolchain", "launch.mjs"), "check"], {
      encoding: "utf8",
      env: { ...process.env, PATH: "" },
    });
    assert.equal(status, 1);
    assert.match(stderr, /is a link to .*\nRemove the link and run the command again/);
    assert.deepEqual(readdirSync(other), ["kept"]);
  });
});
