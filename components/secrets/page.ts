import { code, table } from "../markdown.ts";
import { workload } from "../speckle/workloads.ts";
import { consumers, generatedSecrets, type SecretFacts, type SecretKey, secretTable } from "./table.ts";

/** The page `docs/secrets.md`: every secret of an environment, who reads it, and how it is rotated. */
export function secretsPage(): string {
  const secrets = Object.entries(secretTable) as [SecretKey, SecretFacts][];
  return [
    "# Secrets",
    "",
    "Generated from `components/secrets/table.ts` by `npm run docs`. These are all secrets that the program makes or takes;",
    "a rehearsal compares them with the Secrets it finds. Charts get names of Secrets, never texts, so that Helm keeps none",
    "of them; in the engine's state they are encrypted.",
    "",
    "## What there is",
    ...table(
      ["secret", "what it is", "origin", "in the Secrets (key)"],
      secrets.map(([key, facts]) => [
        code(key),
        facts.when ? `${facts.what}; ${facts.when}` : facts.what,
        originOf(facts),
        [
          ...facts.carriers.map(({ name, key: field }) => `${code(name)} (${code(field)})`),
          ...(facts.alsoIn ? [facts.alsoIn] : []),
        ].join(", "),
      ]),
    ),
    "",
    "That is so for stores in the cluster. Of managed and existing stores there are the Secrets for Speckle alone: AWS is",
    "told what the program makes up, DigitalOcean makes up its own, and what is given is taken as it is. A Secret that a",
    "setting names is used as it is, and copied nowhere. The key of the bucket that backups of a database in the cluster go",
    "to is in `speckle-postgres-backup`.",
    "",
    "Of the two importers the one that runs reads the database. CloudNativePG, Traefik and Helm keep certificates and",
    "releases in Secrets of their own, which this table is not about.",
    "",
    "## How to rotate one",
    "One setting, then `pulumi up`. Any number other than before makes a generated secret anew; what reads it is started",
    "anew by the same `up`, in the order in which parts depend on each other, and nothing else is. The password of an",
    "existing store, or of a database of DigitalOcean's, is changed where the store is run; `pulumi up --refresh` brings the",
    "latter to what reads it. Nothing is started anew by a change of a Secret that a setting names, since the program never",
    "reads it.",
    "",
    ...table(
      ["secret", "command", "starts anew", "meanwhile"],
      secrets.map(([key, facts]) => [
        code(key),
        commandOf(key, facts),
        [...(facts.restarts ? [facts.restarts] : []), ...consumers(key).map((each) => workload(each).name)]
          .map(code)
          .join(", ") || "nothing",
        facts.meanwhile,
      ]),
    ),
    "",
    "## The two keys of a bucket",
    "Raise `rotate.objectStore` by one each time. The new key is made first, what uses it starts anew, and the key before",
    "stays valid beside it: pods that are not replaced yet go on working, and so do the addresses for uploads that browsers",
    "hold. The rotation after that takes it away, once nothing uses it. A key that has leaked is gone after two rotations.",
    "",
    "## What shows secrets all the same",
    "`pulumi up --debug` prints every one of them: the SDK's messages to its developers are not masked. Keep it out of",
    "pipelines, and of everything that others read. `pulumi stack export --show-secrets` does what it says.",
    "",
  ].join("\n");
}

function commandOf(key: SecretKey, { setting }: SecretFacts): string {
  if (setting) return code(`pulumi config set --secret ${setting}`);
  const rotates = (generatedSecrets as readonly SecretKey[]).includes(key);
  return rotates
    ? code(`pulumi config set --path rotate.${key} 1`)
    : "none: whoever has it changes it in Speckle";
}

function originOf({ length }: SecretFacts): string {
  return length === undefined ? "given" : `made up: ${length} letters and digits`;
}
