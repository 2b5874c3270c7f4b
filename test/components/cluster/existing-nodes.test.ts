import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lookAround } from "../../../components/cluster/existing-nodes.ts";
import { ProblemsError } from "../../../components/problem.ts";
import { speckleValues } from "../../../components/speckle/values.ts";
import { workloads } from "../../../components/speckle/workloads.ts";
import { parseSettings } from "../../../stacks/settings.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const file = {
  preset: "dev",
  domain: "speckle.example.com",
  cluster: { type: "existing", kubeconfig: "kubeconfig.yaml", context: "office", heavyNodes: "none" },
};

describe("a cluster that is already there", () => {
  it("is asked for its nodes and namespaces with the given kubeconfig and context, of which nothing stays on the disk", () => {
    const folder = temporaryFolder("kubectl");
    const kubectl = join(folder, "kubectl");
    writeFileSync(kubectl, '#!/bin/sh\nstat -c %a "$2" && cat "$2" && shift 2 && echo "$@"\n');
    chmodSync(kubectl, 0o755);
    const env = { PATH: `${folder}:${process.env.PATH}`, CONTEXT: "the office", TMPDIR: folder };
    const printed = execFileSync("/bin/sh", ["-c", lookAround], {
      input: "a kubeconfig\n",
      env,
      encoding: "utf8",
    });
    assert.equal(printed, "600\na kubeconfig\n--context the office get nodes,namespaces --output json\n");
    assert.deepEqual(readdirSync(folder), ["kubectl"]);
  });

  it("has all work on general nodes when there are none for heavy work", () => {
    const settings = parseSettings(file, () => "");
    assert.deepEqual(
      settings.pools.map(({ role }) => role),
      ["general"],
    );
    const store = { endpoint: "", publicEndpoint: "", region: "", bucket: "", accessKey: "" };
    const values = speckleValues({
      ...settings,
      postgres: { name: "", key: "" },
      objectStore: store,
      redis: { name: "", key: "" },
    });
    for (const { key } of workloads) {
      const { nodeSelector, tolerations } = values[key] as Record<string, unknown>;
      assert.deepEqual([nodeSelector, tolerations], [{ "speckle.systems/workload": "general" }, []], key);
    }
  });

  const refused: [what: string, change: object, path: string][] = [
    ["heavy nodes described that are not there", { pools: { heavy: { nodes: 2 } } }, "pools.heavy"],
    [
      "heavy work that fits no general node",
      { pools: { general: { size: { memory: "512Mi" } } } },
      "workloads.preview_service.requests.memory",
    ],
  ];
  for (const [what, change, path] of refused) {
    it(`is refused with ${what}`, () => {
      assert.throws(
        () => parseSettings({ ...file, ...change }, () => ""),
        (error) => error instanceof ProblemsError && error.problems.some((problem) => problem.path === path),
      );
    });
  }
});
