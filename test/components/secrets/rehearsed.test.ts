import assert from "node:assert/strict";
import { type SecretKey, secretTable } from "../../../components/secrets/table.ts";
import { assertRotates } from "../../support/rehearsed/rotation.ts";
import { podIdentities, secretTexts } from "../../support/rehearsed/secrets.ts";
import { stage, whileUp } from "../../support/stage.ts";

const mail = { host: "mail.example.com", port: 587, from: "speckle@example.com", username: "speckle" };
const providers = {
  google: { clientId: "a" },
  github: { clientId: "b" },
  azureAd: { clientId: "c", tenant: "4e1bfbc3-dc3e-41f2-a18f-1b4d7ba71679" },
  oidc: { clientId: "d", name: "Office", discoveryUrl: "https://id.example.com" },
};
/** Everything that takes a secret. */
const settings = [`email=${JSON.stringify(mail)}`, `signIn=${JSON.stringify(providers)}`];
const secretSettings = Object.values(secretTable).flatMap(({ setting }) => setting ?? []);

describe("the secrets of a rehearsed dev", function () {
  this.timeout(480_000);
  const { end, ...rehearsed } = stage();
  const { home, run } = rehearsed;
  const sets = new Map<string, string>(secretSettings.map((setting) => [setting, `canary-of-${setting}`]));
  const client = whileUp({ home, end }, () => up());

  const given = () => [...sets].map(([key, value]) => `${key}=${value}`);

  async function up(change: Record<string, string> = {}): Promise<void> {
    for (const [key, value] of Object.entries(change)) sets.set(key, value);
    const { problems } = await run("up", ...settings, ...given());
    assert.deepEqual(problems, []);
  }

  it("are all in the table, each as long as it says", async () => {
    const all = await secretTexts(client());
    const here = Object.values(secretTable).filter(({ when }) => when === undefined);
    const carriers = here.flatMap((facts) => facts.carriers);
    const listed = carriers.map(({ name, key }) => `${name}.${key}`);
    const identifiers = ["speckle-object-store.rootAccessKeyId", "speckle-postgres-owner.username"];
    assert.deepEqual(Object.keys(all).sort(), [...listed, ...identifiers].sort());
    for (const {
      length,
      carriers: [first],
      what,
    } of here)
      if (length && first)
        assert.match(all[`${first.name}.${first.key}`] ?? "", new RegExp(`^[0-9A-Za-z]{${length}}$`), what);
  });

  const rotations: [secret: SecretKey, change: Record<string, string>][] = [
    ["postgres", { "rotate.postgres": "1" }],
    ["cache", { "rotate.cache": "1" }],
    ["objectStore", { "rotate.objectStore": "1" }],
    ["objectStore", { "rotate.objectStore": "2" }],
    ["session", { "rotate.session": "1" }],
    ["email", { emailPassword: "second-canary" }],
    ["oidc", { oidcClientSecret: "second-canary" }],
  ];
  for (const [secret, change] of rotations)
    it(`change and restart exactly what reads them: ${Object.keys(change)}=${Object.values(change)}`, async () => {
      for (const [key, value] of Object.entries(change)) sets.set(key, value);
      await assertRotates(rehearsed, secret, [...settings, ...given()]);
    });

  it("leave the key of the bucket that was in use before, and no other, valid beside the new one", async () => {
    const account = async () => {
      const texts = await secretTexts(client());
      const text = (key: string) => texts[`speckle-object-store.${key}`] ?? "";
      return {
        own: { [text("rootAccessKeyId")]: text("rootSecretAccessKey") },
        former: JSON.parse(text("formerAccounts")).accessAccounts,
      };
    };
    const { own } = await account();
    await up({ "rotate.objectStore": "3" });
    const now = await account();
    assert.notDeepEqual(now.own, own);
    const formers = Object.values(now.former).map(({ access, secret }: any) => ({ [access]: secret }));
    assert.deepEqual(formers, [own]);
  });

  it("let IFC import be switched on, off and on again (trap 4)", async () => {
    for (const ifcImport of ["true", "false", "true"]) {
      await up({ ifcImport });
      const importer = ifcImport === "true" ? "speckle-ifc-import-service" : "speckle-fileimport-service";
      assert.ok((await podIdentities(client()))[importer], importer);
    }
  });
});
