import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hasGenuinePlugin, pluginPlaces } from "../../rehearsal/providers/genuine.ts";
import { sdkVersion } from "../../rehearsal/providers/serve.ts";
import { serveStandIns } from "../../rehearsal/stand-ins.ts";
import { temporaryFolder } from "../support/temporary.ts";

describe("a genuine plugin", () => {
  const folder = temporaryFolder("plugins");
  const install = (file: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
  };
  const plugin = (name: string, version: string) =>
    join(`resource-${name}-v${version}`, `pulumi-resource-${name}`);

  it("is found among Pulumi's plugins in its SDK's version only, or on PATH", () => {
    const places = { plugins: join(folder, "plugins"), path: [join(folder, "bin")] };
    install(join(places.plugins, plugin("kubernetes", sdkVersion("kubernetes"))));
    install(join(places.plugins, plugin("random", "1.0.0")));
    install(join(folder, "bin", "pulumi-resource-command"));
    const found = ["kubernetes", "random", "command", "aws"].filter((name) => hasGenuinePlugin(name, places));
    assert.deepEqual(found, ["kubernetes", "command"]);
  });

  it("is looked for in Pulumi's folder", () => {
    const { plugins, path } = pluginPlaces({ PULUMI_HOME: "/home/p", PATH: "/a:/b:" });
    assert.deepEqual([plugins, path], [join("/home/p", "plugins"), ["/a", "/b"]]);
  });

  it("takes the place of its stand-in, except where it would start real containers", async () => {
    const places = { plugins: join(folder, "all"), path: [] };
    for (const name of ["kubernetes", "random", "command"])
      install(join(places.plugins, plugin(name, sdkVersion(name))));
    const options = { kubeconfig: "", helm: "", clouds: {}, report: () => {} };
    const served = await serveStandIns({ ...options, places });
    await served.close();
    assert.deepEqual([served.names, served.genuine], [["command"], ["kubernetes", "random"]]);
    const alone = await serveStandIns({ ...options, places: { plugins: "", path: [] } });
    await alone.close();
    assert.deepEqual([alone.names, alone.genuine], [["command", "kubernetes", "random"], []]);
  });
});
