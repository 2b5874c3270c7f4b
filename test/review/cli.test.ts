import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { stacksOf } from "../../rehearsal/stack-file.ts";
import type { Review } from "../../review/review.ts";
import { givenCertificate } from "../support/certificate.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { Checkout } from "./checkout.ts";

const stackFile = "Pulumi.dev.yaml";
const email = (ciphertext: string) => `preset: dev
  speckle-stacks:email: { host: mail.example.com, port: 587, from: a@example.com, username: a }
  speckle-stacks:emailPassword: { secure: ${ciphertext} }`;
describe("npm run review", function () {
  this.timeout(600_000);
  let checkout: Checkout;
  before(() => {
    checkout = new Checkout();
  });
  afterEach(() => checkout.restore());

  it("says in one line that an unchanged tree changes nothing", () => {
    const { status, out } = checkout.review("dev");
    assert.deepEqual([status, out], [0, "Nothing changes in dev against HEAD.\n"]);
  });

  it("needs nobody's passphrase for a certificate that is given", () => {
    checkout.edit(stackFile, "preset: dev", givenCertificate(temporaryFolder("given")));
    const { status, review } = checkout.reviewed("dev");
    assert.deepEqual([status, review.problems], [0, []]);
  });

  it("takes a setting for the same however it is written", () => {
    checkout.edit(stackFile, "preset: dev", 'preset: dev\n  speckle-stacks:quota: { "requests.cpu": 20 }');
    checkout.commit("By hand");
    checkout.edit(stackFile, '{ "requests.cpu": 20 }', `'{"requests.cpu":20}'`);
    checkout.edit(stackFile, "speckle-stacks:quota", "quota");
    const { status, out } = checkout.review("dev");
    checkout.git("reset", "--quiet", "--hard", "HEAD~1");
    assert.deepEqual([status, out], [0, "Nothing changes in dev against HEAD.\n"]);
  });

  it("writes every object of an environment as manifests, without its secrets", () => {
    const folder = join(temporaryFolder("manifests"), "new");
    const status = checkout.review("prod", "--manifests", folder).status;
    const text = readFileSync(join(folder, "prod.yaml"), "utf8");
    const documents = parseAllDocuments(text).map((document) => document.toJSON());
    assert.equal(status, 0);
    const named = documents.map(
      ({ kind, metadata: { namespace = "", name } }) => `${kind} ${namespace}/${name}`,
    );
    for (const object of [
      "Deployment speckle/speckle-server",
      "Namespace /speckle",
      "IngressRoute speckle/speckle",
    ])
      assert.ok(named.includes(object), object);
    assert.deepEqual([...new Set(named)], named);
    for (const { kind, stringData = {} } of documents)
      if (kind === "Secret") assert.match(JSON.stringify(stringData), /^\{("[\w.-]+":"\(secret\)",?)*\}$/);
    assert.doesNotMatch(text, /\(secret [0-9a-f]/);
    checkout.review("prod", "--manifests", folder);
    assert.equal(readFileSync(join(folder, "prod.yaml"), "utf8"), text);
  });

  it("fails when data is lost, and passes when the settings name that very resource", () => {
    checkout.edit(stackFile, "preset: dev", "preset: dev\n  speckle-stacks:objectStore: { storage: 5Gi }");
    const { status, review } = checkout.reviewed("dev");
    assert.deepEqual([status, review.effect, review.problems.length], [1, "data loss", 1]);
    const [lost] = review.changes;
    assert.equal(lost?.resource, "PersistentVolumeClaim speckle/speckle-object-store-data");

    checkout.edit(
      stackFile,
      "preset: dev",
      `preset: dev\n  speckle-stacks:acknowledgeDataLoss: ["${lost.resource}"]`,
    );
    const accepted = checkout.reviewed("dev");
    assert.deepEqual([accepted.status, accepted.review.effect], [0, "data loss"]);

    checkout.edit(stackFile, lost.resource, "PersistentVolumeClaim speckle/another");
    const another = checkout.reviewed("dev");
    assert.equal(another.status, 1);
    assert.match(another.review.warnings.join(), /speckle\/another, which loses nothing/);
  });

  it("tells what a bigger server does, in the objects its chart renders", () => {
    checkout.edit(
      stackFile,
      "preset: dev",
      "preset: dev\n  speckle-stacks:workloads: { server: { limits: { memory: 3Gi } } }",
    );
    const { status, review } = checkout.reviewed("dev");
    assert.deepEqual([status, review.effect], [0, "rolling restart"]);
    assert.deepEqual(review.settings, [
      { path: "workloads.server.limits.memory", from: "nothing", to: "3Gi" },
    ]);
    assert.ok(
      review.changes.some(
        ({ resource, words }) =>
          resource === "Deployment speckle/speckle-server" && words.startsWith("2Gi → 3Gi"),
      ),
    );
  });

  it("tells of a setting whose own name has dots", () => {
    checkout.edit(stackFile, "preset: dev", 'preset: dev\n  speckle-stacks:quota: { "requests.cpu": 20 }');
    const { review } = checkout.reviewed("dev");
    assert.deepEqual(review.settings, [{ path: "quota.requests.cpu", from: "nothing", to: "20" }]);
  });

  it("warns of a Kubernetes version nobody supports any more", () => {
    checkout.edit("Pulumi.staging.yaml", "version: 1.36.1-do.0", "version: 1.33.1-do.0");
    const { status, out } = checkout.review("staging");
    assert.equal(status, 0, out);
    assert.match(out, /### Worth knowing[^#]*cluster\.version: the support of Kubernetes 1\.33 ended/);
  });

  it("compares with any reference", () => {
    checkout.edit(stackFile, "preset: dev", "preset: dev\n  speckle-stacks:telemetry: true");
    checkout.commit("Telemetry");
    try {
      assert.equal(checkout.reviewed("dev").review.result, "unchanged");
      const { review } = checkout.reviewed("dev", "--against", "HEAD~1");
      assert.deepEqual(review.settings, [{ path: "telemetry", from: "nothing", to: "true" }]);
    } finally {
      checkout.git("reset", "--quiet", "--hard", "HEAD~1");
    }
  });

  it("notices that a secret is another one without decrypting or showing either (F4)", () => {
    checkout.edit(stackFile, "preset: dev", email("v1:canary-one"));
    checkout.commit("Email");
    try {
      checkout.edit(stackFile, "canary-one", "canary-two");
      const { out: json } = checkout.review("dev", "--json");
      const { out: comment } = checkout.review("dev", "--html", "page.html");
      const [review] = JSON.parse(json).reviews;
      assert.deepEqual(review.settings, [
        { path: "emailPassword", from: "(secret)", to: "another (secret)" },
      ]);
      assert.ok(
        review.changes.some(
          ({ resource }: { resource: string }) => resource === "Secret speckle/speckle-email",
        ),
      );
      for (const text of [json, comment, checkout.read("page.html")]) {
        assert.doesNotMatch(text, /canary/);
        assert.doesNotMatch(text, /\(secret [0-9a-f]/);
      }
    } finally {
      checkout.git("reset", "--quiet", "--hard", "HEAD~1");
    }
  });

  it("shows no secret that somebody wrote in plain text, in a place of its own or not (F4)", () => {
    checkout.edit(
      stackFile,
      "preset: dev",
      `preset: dev
  speckle-stacks:email: { host: mail.example.com, port: 587, from: a@example.com, username: a }
  speckle-stacks:emailPassword: canary-plain
  speckle-stacks:extraValues: { server: { license: { apiKey: canary-key, url: "https://a:canary-url@b" } } }`,
    );
    const { status, out, words } = checkout.review("dev", "--json", "--html", "page.html");
    assert.equal(status, 0, words);
    assert.doesNotMatch(`${out}${words}${checkout.read("page.html")}`, /canary/);
  });

  it("gives the program no credential of the environment it runs in (F17)", () => {
    checkout.edit(
      "stacks/program.ts",
      "const settings = stackSettings();",
      "const settings = stackSettings();\n  if (process.env.CANARY) throw new Error(process.env.CANARY);",
    );
    process.env.CANARY = "canary";
    try {
      assert.equal(checkout.review("dev").status, 0);
    } finally {
      delete process.env.CANARY;
    }
  });

  it("reviews every environment, those that are new or gone as well", () => {
    rmSync(join(checkout.folder, "Pulumi.staging.yaml"));
    checkout.write(
      "Pulumi.office.yaml",
      checkout.read(stackFile).replace("speckle.localhost", "office.localhost"),
    );
    const { status, out } = checkout.review("all", "--json");
    const { reviews } = JSON.parse(out) as { reviews: Review[] };
    assert.equal(status, 0);
    const found = new Map(reviews.map(({ stack, result, effect }) => [stack, [result, effect]]));
    assert.deepEqual([...found.keys()], [...stacksOf(checkout.folder), "staging"]);
    assert.match(reviews.at(-1)?.warnings.join() ?? "", /the environment stays/);
    assert.deepEqual(found.get("dev"), ["unchanged", "none"]);
    assert.deepEqual(found.get("office"), ["changed", "none"]);
  });

  const broken: readonly [what: string, edit: (checkout: Checkout) => void, reason: RegExp][] = [
    ["a setting is wrong", (tree) => tree.edit(stackFile, "preset: dev", "preset: huge"), /preset/],
    [
      "the program throws",
      (tree) =>
        tree.edit(
          "stacks/program.ts",
          "const settings = stackSettings();",
          'const settings = stackSettings();\n  throw new Error("no luck");',
        ),
      /no luck/,
    ],
    [
      "the program is no program",
      (tree) =>
        tree.edit("stacks/program.ts", "export async function program", "export async functoin program"),
      /cannot be run|the program fails/,
    ],
    [
      "the stack's file is no YAML",
      (tree) => tree.edit(stackFile, "preset: dev", "preset: [dev"),
      /YAML|fails/,
    ],
  ];
  for (const [what, edit, reason] of broken) {
    it(`refuses with the reason when ${what}`, () => {
      edit(checkout);
      const { status, out, words } = checkout.review("dev");
      assert.equal(status, 2, `${out}${words}`);
      assert.match(out, reason);
      assert.doesNotMatch(`${out}${words}`, /^ {4}at /m);
    });
  }

  it("refuses what it does not understand, with the usage", () => {
    for (const args of [
      [],
      ["nope"],
      ["dev", "extra"],
      ["dev", "--colour"],
      ["dev", "--against", "no-such-branch"],
    ]) {
      const { status, out, words } = checkout.review(...args);
      assert.equal(status, 2, args.join(" "));
      assert.doesNotMatch(`${out}${words}`, /^ {4}at /m);
    }
  });
});
