import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkout } from "../../rehearsal/home.ts";
import type { ServedProviders } from "../../rehearsal/providers/serve.ts";
import { serveStandIns } from "../../rehearsal/stand-ins.ts";
import { binaries } from "../../toolchain/binaries.ts";
import { ownControlPlane } from "../support/control-plane.ts";
import { engineVariables } from "../support/engine.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { apiReport } from "./api.ts";

interface Consumer {
  readonly what: string;
  readonly type: "module" | "commonjs";
  /** Versions it has of its own; the checkout's where absent. */
  readonly versions?: Record<string, string>;
}

const consumers: Consumer[] = [
  { what: "an ES module", type: "module" },
  { what: "CommonJS", type: "commonjs" },
  {
    what: "an ES module with an older engine SDK",
    type: "module",
    versions: { "@pulumi/pulumi": "3.230.0" },
  },
];

describe("the package in another project", function () {
  this.timeout(600_000);
  const { home, folder } = ownControlPlane();
  let archive: string;
  let served: ServedProviders;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    const { helm, pulumi } = await binaries(() => {});
    const places = { plugins: "", path: [] };
    const { kubeconfig } = home;
    served = await serveStandIns({ helm, kubeconfig, places, clouds: {}, report: () => {} });
    mkdirSync(join(folder, "cli", "bin"), { recursive: true });
    symlinkSync(pulumi, join(folder, "cli", "bin", "pulumi"));
    const pack = ["pack", "--loglevel", "error", "--foreground-scripts", "--pack-destination", folder];
    const { status, stdout, stderr } = spawnSync("npm", pack, { cwd: checkout, encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
    archive = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
    environment = {
      ...process.env,
      ...engineVariables,
      PULUMI_DEBUG_PROVIDERS: served.debugProviders,
    };
  });
  after(() => served?.close());

  it("says what it offers as the recorded declarations do; `npm run golden` records them anew", () => {
    assert.equal(...apiReport(archive));
  });

  it("brings the programs that run in pods and on the machine of a fixed entry", () => {
    const files = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" }).split("\n");
    for (const program of ["accounts/accounts.mjs", "entry/receiver.py", "entry/reporter.py"])
      assert.ok(files.includes(`package/dist/components/${program}`), program);
  });

  for (const consumer of consumers) {
    it(`plans an environment from ${consumer.what}`, async () => {
      const project = temporaryFolder("consumer");
      try {
        write(project, consumer);
        await npm(project, "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts");
        const state = join(project, "state");
        mkdirSync(state);
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ["main.js", join(folder, "cli"), state],
          {
            cwd: project,
            env: { ...environment, PULUMI_BACKEND_URL: `file://${state}`, PULUMI_HOME: state },
          },
        );
        const { changeSummary, teams } = JSON.parse(stdout);
        const { create, ...others } = changeSummary;
        assert.ok(create > 90, stdout);
        assert.deepEqual(others, {});
        assert.ok(teams.length >= 4 && teams.every((team: unknown) => team === "design"), stdout);
      } finally {
        rmSync(project, { recursive: true, force: true });
      }
    });
  }

  function write(project: string, { type, versions }: Consumer): void {
    const own = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")).devDependencies;
    const peers = ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/random", "@pulumi/command"];
    const dependencies = Object.fromEntries(peers.map((peer) => [peer, versions?.[peer] ?? own[peer]]));
    const manifest = {
      name: "consumer",
      type,
      dependencies: { ...dependencies, "speckle-stacks": `file:${archive}` },
    };
    writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(project, "main.js"), mainOf(type));
  }
});

function npm(cwd: string, ...args: string[]) {
  return promisify(execFile)("npm", args, { cwd });
}

/**
 * What a project's own program would be: an environment from settings, its address as an output, and labels on every
 * namespace that no setting of ours knows of.
 */
function mainOf(type: Consumer["type"]): string {
  const load = (names: string, from: string) =>
    type === "module" ? `import ${names} from "${from}";` : `const ${names} = require("${from}");`;
  return `
${load("{ LocalWorkspace, PulumiCommand }", "@pulumi/pulumi/automation/index.js")}
${load("{ SpeckleEnvironment }", "speckle-stacks")}
${load("{ parseSettings, withCloud }", "speckle-stacks/settings")}

const program = async () => {
  const file = { preset: "dev", domain: "speckle.localhost", cluster: { type: "kind" } };
  const settings = parseSettings(file, () => "");
  const cluster = await withCloud(settings.cluster);
  const labelled = ({ type, props, opts }) => {
    if (type !== "kubernetes:core/v1:Namespace") return undefined;
    const labels = { ...props.metadata.labels, team: "design" };
    return { props: { ...props, metadata: { ...props.metadata, labels } }, opts };
  };
  const environment = new SpeckleEnvironment("speckle", { ...settings, cluster }, { transforms: [labelled] });
  return { url: environment.url };
};

async function main([root, workDir]) {
  const pulumiCommand = await PulumiCommand.get({ root, skipVersionCheck: true });
  const inline = { stackName: "dev", projectName: "consumer", program };
  const stack = await LocalWorkspace.createOrSelectStack(inline, { workDir, pulumiCommand });
  const teams = [];
  const onEvent = ({ resourcePreEvent }) => {
    const { type, new: planned } = resourcePreEvent?.metadata ?? {};
    if (type === "kubernetes:core/v1:Namespace") teams.push(planned.inputs.metadata.labels.team);
  };
  const { changeSummary } = await stack.preview({ onEvent });
  console.log(JSON.stringify({ changeSummary, teams }));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
`;
}
