import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownProcesses } from "../../rehearsal/control-plane/processes.ts";
import { KubernetesClient } from "../../rehearsal/kubernetes/client.ts";
import type { Outcome } from "../../rehearsal/outcome.ts";
import { givenCertificate } from "../support/certificate.ts";
import { eventually } from "../support/control-plane.ts";
import { isHeavy } from "../support/nodes.ts";
import { itIsSafe } from "../support/rehearsed/safety.ts";
import { assertUnchanged, stage } from "../support/stage.ts";

describe("a rehearsal of dev", function () {
  this.timeout(360_000);
  const { folder, run, end, ...rest } = stage();
  const { home, finished } = rest;
  let planned: Outcome["operations"];
  after(end);

  it("previews what up then does, and leaves nothing running", async () => {
    const preview = await run("preview");
    assert.deepEqual(preview.problems, []);
    planned = preview.operations;
    assert.deepEqual(ownProcesses(home), []);
    assert.equal(existsSync(home.root), false);
  });

  it("brings everything up, heavy pods on heavy nodes and nobody else there (F57)", async () => {
    const up = await run("up", ...mailSettings);
    assert.deepEqual(up.problems, []);
    assert.equal(
      up.operations.create,
      planned.create + 3,
      "the preview, and of the mail server the Secret, its mark and the way",
    );
    assert.ok(up.pods.length >= 12 && up.pods.every(({ ready }) => ready));
    for (const { name, pool } of up.pods) assert.equal(pool, isHeavy(name) ? "heavy" : "general", name);
  });

  it("changes nothing the second time (F8, F19)", async () => {
    assertUnchanged(await run("up", ...mailSettings));
  });

  itIsSafe({ ...rest, run: (command, ...sets) => run(command, ...mailSettings, ...sets) });

  it("touches only what a changed setting concerns", async () => {
    finished.length = 0;
    const { problems } = await run("up", ...mailSettings, "workloads.webhook_service.replicas=2");
    assert.deepEqual(problems, []);
    assert.deepEqual(finished.toSorted(), [
      "  + PodDisruptionBudget speckle-webhook_service-disruption",
      "  ~ Release speckle-release",
      "  ~ ResourceQuota speckle-namespaces-speckle-quota",
    ]);
  });

  it("puts a new cache in the place of one whose volume has another size, and nothing else", async () => {
    finished.length = 0;
    const sets = [...mailSettings, "workloads.webhook_service.replicas=2", "cache.storage=2Gi"];
    const { problems } = await run("up", ...sets);
    assert.deepEqual(problems, []);
    const steps = finished.filter((line) => /^ {2}[+~±-] /.test(line));
    assert.deepEqual(steps, ["  ± Release speckle-cache-valkey"]);
    const client = KubernetesClient.fromFile(home.kubeconfig);
    const claims = await client.list("v1", "PersistentVolumeClaim", { namespace: "speckle" });
    client.close();
    const sizes = claims.map(({ metadata, spec }) => [metadata.name, spec.resources.requests.storage]);
    assert.equal(Object.fromEntries(sizes)["valkey-data-speckle-valkey-0"], "2Gi", JSON.stringify(sizes));
  });

  it("refuses, before anything is touched, to change the nodes of kind's cluster, and says what to do", async () => {
    finished.length = 0;
    const { problems } = await run("up", ...mailSettings, "pools.general.nodes=2");
    assert.match(problems[0]?.reason ?? "", /kind cannot change the nodes.*pulumi destroy, then pulumi up/s);
    assert.deepEqual([problems.length, finished], [1, []]);
  });

  it("tells its state without touching anything", async () => {
    const status = await run("status");
    assert.equal(status.result, "succeeded");
    assert.equal(status.pods.filter(({ name }) => name.startsWith("speckle-webhook-service")).length, 2);
  });

  it("leaves no object, no process and no file when it ends (F42, F43)", async () => {
    const down = await run("down");
    assert.deepEqual([down.problems, down.leftovers, down.result], [[], [], "succeeded"]);
    assert.deepEqual(ownProcesses(home), []);
    assert.deepEqual(readdirSync(join(folder, ".rehearsal")), []);
  });
});

const email = { host: "mail.example.com", port: 587, from: "speckle@example.com", username: "speckle" };
const mailSettings = ["emailPassword=canary-of-the-mail-server", `email=${JSON.stringify(email)}`];

describe("a rehearsal of a certificate that is given, with its key encrypted", function () {
  this.timeout(240_000);
  const { folder, run, end } = stage();
  after(end);

  it("needs nobody's passphrase, but the certificate itself", async () => {
    const file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("preset: dev", givenCertificate(folder)));
    assert.deepEqual((await run("preview")).problems, []);
    rmSync(join(folder, "given.crt"));
    const { result, problems } = await run("preview");
    assert.deepEqual([result, problems.map(({ path }) => path)], ["refused", ["certificate.certificate"]]);
  });
});

describe("a rehearsal by somebody who has settings of their own", function () {
  this.timeout(240_000);
  const { run, end } = stage();
  // Nobody listens there, and nothing of it is of this machine.
  const nowhere = "http://127.0.0.1:9";
  const theirs: Record<string, string> = {
    http_proxy: nowhere,
    https_proxy: nowhere,
    no_grpc_proxy: "",
    PULUMI_CONFIG_PASSPHRASE: "theirs",
    PULUMI_BACKEND_URL: nowhere,
    KUBECONFIG: "/nowhere/kubeconfig",
    HELM_KUBEAPISERVER: nowhere,
    HELM_KUBECONTEXT: "production",
    HELM_DRIVER: "sql",
  };
  const before = Object.keys(theirs).map((name) => [name, process.env[name]] as const);
  after(async () => {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await end();
  });

  it("goes by none of them: a proxy, a passphrase, another cluster", async () => {
    Object.assign(process.env, theirs);
    const up = await run("up");
    assert.deepEqual(up.problems, []);
    process.env.PULUMI_CONFIG_PASSPHRASE = "another one of theirs";
    const down = await run("down");
    assert.deepEqual([down.problems, down.leftovers, down.result], [[], [], "succeeded"]);
  });
});

describe("a rehearsal of a cluster that is already there, as `pulumi config set` writes it", function () {
  this.timeout(120_000);
  const { folder, run, end } = stage();
  after(end);

  it("does not even read the way to the real one", async () => {
    const file = join(folder, "Pulumi.dev.yaml");
    const cluster = { type: "existing", kubeconfig: "/nowhere/kubeconfig", context: "real", uid: "its-own" };
    const config = {
      "speckle-stacks:preset": "dev",
      "speckle-stacks:domain": "speckle.example.com",
      "speckle-stacks:cluster": JSON.stringify(cluster),
    };
    writeFileSync(file, JSON.stringify({ config }));
    assert.deepEqual((await run("preview")).problems, []);
  });
});

describe("a rehearsal on a cluster that is already there", function () {
  this.timeout(360_000);
  const { run, end } = stage();
  const cluster = "cluster={type: existing, kubeconfig: k, context: c, exposure: {type: loadBalancer}}";
  after(end);

  it("comes up behind a load balancer, changes nothing twice, and leaves the definitions of others alone", async () => {
    const up = await run("up", cluster);
    assert.deepEqual(up.problems, []);
    assert.ok(up.pods.length >= 12 && up.pods.every(({ ready }) => ready));
    const again = await run("up", cluster);
    assertUnchanged(again);
    assert.equal(again.operations.same, up.operations.create);
    const down = await run("down");
    assert.deepEqual([down.result, down.leftovers], ["succeeded", []]);
    assert.ok(down.kept.some((object) => object.startsWith("CustomResourceDefinition ")));
    assert.ok(down.kept.every((object) => object.startsWith("CustomResourceDefinition ")));
  });
});

describe("a rehearsal that is killed in the middle of an up (F6, F13)", function () {
  this.timeout(480_000);
  const moments: [string, (client: KubernetesClient) => Promise<boolean>][] = [
    ["while the operators are installed", async (client) => has(client, "v1", "Namespace", "cnpg-system")],
    ["while the stores come up", async (client) => has(client, "apps/v1", "StatefulSet", "speckle-valkey")],
    ["while Speckle is installed", async (client) => has(client, "apps/v1", "Deployment", "speckle-server")],
  ];
  for (const [moment, reached] of moments) {
    it(`comes to the same end when it is killed ${moment}`, async () => {
      const { home, run, startUp, end } = stage();
      try {
        const up = startUp();
        await eventually(async () => {
          if (!existsSync(home.kubeconfig)) return false;
          const client = KubernetesClient.fromFile(home.kubeconfig);
          return reached(client)
            .catch(() => false)
            .finally(() => client.close());
        });
        up.kill("SIGKILL");
        const again = await run("up");
        assert.deepEqual(again.problems, []);
        assert.ok(again.pods.length >= 12 && again.pods.every(({ ready }) => ready));
        assertUnchanged(await run("up"));
        assert.deepEqual((await run("down")).leftovers, []);
      } finally {
        await end();
      }
    });
  }

  async function has(client: KubernetesClient, apiVersion: string, kind: string, name: string) {
    return (await client.list(apiVersion, kind)).some(({ metadata }) => metadata.name === name);
  }
});

describe("a rehearsal that cannot succeed", function () {
  this.timeout(240_000);
  const causes: [string, string[], RegExp][] = [
    ["no priority classes (F53)", ["priorityClasses=existing"], /no PriorityClass with name/],
    ["a quota that is too small", ['quota={"requests.memory": 1Gi}'], /exceeded quota/],
    ["no heavy nodes (F57)", ["pools.heavy.nodes=0"], /didn't match Pod's node affinity|untolerated taint/],
  ];
  for (const [what, sets, cause] of causes) {
    it(`names the cause: ${what}`, async () => {
      const { run, end } = stage();
      try {
        const { result, problems } = await run("up", ...sets);
        assert.equal(result, "failed");
        const named = problems.find(({ reason }) => cause.test(reason));
        assert.ok(named, JSON.stringify(problems));
        assert.doesNotMatch(named.fix, /^Mend the cause named/);
      } finally {
        await end();
      }
    });
  }

  it("refuses wrong settings before anything is there", async () => {
    const { run, home, end } = stage();
    try {
      const { result, problems } = await run("up", "pools.hevy.nodes=2", "domain=https://x");
      assert.equal(result, "refused");
      assert.deepEqual(problems.map(({ path }) => path).sort(), ["domain", "pools.hevy"]);
      assert.equal(existsSync(home.root), false);
    } finally {
      await end();
    }
  });
});
