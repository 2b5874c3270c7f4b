import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { localChart, type ResolvedCharts, resolveCharts } from "../../rehearsal/charts/resolve.ts";
import { simulatedClouds } from "../../rehearsal/clouds.ts";
import { startControlPlane, stopControlPlane } from "../../rehearsal/control-plane/control-plane.ts";
import { homeOf } from "../../rehearsal/home.ts";
import { commandProvider } from "../../rehearsal/providers/command.ts";
import { kubernetesProvider } from "../../rehearsal/providers/kubernetes/provider.ts";
import { releaseType } from "../../rehearsal/providers/kubernetes/release.ts";
import type { ProviderPlugin } from "../../rehearsal/providers/plugin.ts";
import { randomProvider } from "../../rehearsal/providers/random.ts";
import { serveProviders } from "../../rehearsal/providers/serve.ts";
import { binaries, cacheDirectory } from "../../toolchain/binaries.ts";
import { Checkout } from "../review/checkout.ts";
import { engineVariables } from "../support/engine.ts";
import { serveLanguageHost } from "../support/language-host.ts";
import { charts } from "../support/stage.ts";

/** What a command of the engine's own program answered. */
interface Said {
  readonly status: number;
  readonly words: string;
}

describe("the commands of the README's first deployment, with the engine's own program", function () {
  this.timeout(480_000);
  const ended: (() => unknown)[] = [];
  const checkout = new Checkout();
  let pulumi: (...args: string[]) => Promise<Said>;

  before(async () => {
    const { folder } = checkout;
    const home = homeOf("dev", folder);
    const programs = await binaries(() => {});
    const cache = cacheDirectory();
    const report = () => {};
    await startControlPlane(home, { binaries: programs, cache, report });
    ended.push(() => stopControlPlane(home));
    const credentials = () => readFileSync(home.kubeconfig, "utf8");
    const resolved = await resolveCharts({
      folders: charts,
      cache,
      helm: programs.helm,
      standIns: home.charts,
      report,
    });
    const providers = await serveProviders({
      ...simulatedClouds(home, { clusterType: "digitalocean" }),
      ...simulatedClouds(home, { clusterType: "aws" }),
      command: commandProvider({ kubeconfig: home.kubeconfig }),
      kubernetes: fromFolder(kubernetesProvider({ helm: programs.helm, report, credentials }), resolved),
      random: randomProvider(),
    });
    ended.push(() => providers.close());
    const language = await serveLanguageHost();
    ended.push(() => language.close());
    const state = join(folder, "state");
    mkdirSync(state);
    const env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
      PULUMI_HOME: join(folder, "pulumi"),
      ...engineVariables,
      PULUMI_DEBUG_PROVIDERS: providers.debugProviders,
      PULUMI_DEBUG_LANGUAGES: language.debugLanguages,
    };
    pulumi = async (...args) => {
      const options = { cwd: folder, env, maxBuffer: 2 ** 26 };
      const run = promisify(execFile)(programs.pulumi, [...args, "--non-interactive"], options);
      return run.then(
        ({ stdout }) => ({ status: 0, words: stdout }),
        ({ code, stdout, stderr }) => ({ status: code, words: `${stdout}${stderr}` }),
      );
    };
  });
  after(async () => {
    for (const end of ended.reverse()) await end();
  });

  const succeeds = async (...args: string[]) => {
    const { status, words } = await pulumi(...args);
    assert.equal(status, 0, words);
    return words;
  };

  it("bring dev up and say how to go on, change nothing twice, and take all of it away", async () => {
    await succeeds("stack", "init", "dev");
    assert.match(await succeeds("preview"), /\+ \d{2,3} to create/);
    await succeeds("up", "--yes");
    assert.match(
      await succeeds("stack", "output", "firstAdministrator"),
      /becomes the administrator: open https:/,
    );
    await succeeds("preview", "--expect-no-changes");
    await succeeds("config", "set", "--path", "workloads.server.limits.memory", "3Gi");
    checkout.write("plan.json", await succeeds("preview", "--json"));
    const { status, out } = checkout.review("dev", "--plan", "plan.json");
    assert.equal(status, 0, out);
    assert.match(out, /^## dev: .*speckle-release/s);
    await succeeds("destroy", "--yes");
  });

  for (const stack of ["staging", "prod"])
    it(`show what ${stack} would be, on a cloud`, async () => {
      await succeeds("stack", "init", stack);
      assert.match(await succeeds("preview"), /\+ \d{2,3} to create/);
      await succeeds("stack", "select", "dev");
    });

  it("say what is wrong with the settings in one message, and nothing of the program's inside", async () => {
    await succeeds("config", "set", "domain", "https://x");
    await succeeds("config", "set", "--path", "pools.hevy.nodes", "2");
    const { status, words } = await pulumi("preview");
    assert.notEqual(status, 0);
    assert.match(words, /error: domain: must be a host name alone/);
    assert.match(words, /pools\.hevy: there is no such setting\n\s+Did you mean heavy\?/);
    assert.doesNotMatch(words, /\n\s+at |unhandled|node_modules/);
  });
});

/** A provider whose releases take their charts from a folder, since no repository may be in reach. */
function fromFolder(plugin: ProviderPlugin, resolved: ResolvedCharts): ProviderPlugin {
  return {
    ...plugin,
    check: (resource, inputs, context) => {
      if (resource.type !== releaseType) return plugin.check(resource, inputs, context);
      const { repositoryOpts, ...rest } = inputs as { chart: string; repositoryOpts?: { repo: string } };
      const chart = localChart(resolved, { ...rest, repositoryOpts });
      return plugin.check(resource, { ...rest, chart }, context);
    },
  };
}
