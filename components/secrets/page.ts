import { code, table } from "../markdown.ts";
import { workload } from "../speckle/workloads.ts";
import { consumers, type SecretFacts, type SecretKey, secretTable } from "./table.ts";

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
    "That is so for stores in the cluster. Of a managed or existing store the program takes the secret as it is, and makes",
    "the Secrets for Speckle alone; a Secret that a setting names is used as it is, and copied nowhere.",
    "",
    "Of the two importers the one that runs reads the database. CloudNativePG, Traefik and Helm keep certificates and",
    "releases in Secrets of their own, which this table is not about.",
    "",
    "## How to rotate one",
    "One setting, then `pulumi up`. Any number other than before makes a generated secret anew; what reads it is started",
    "anew by the same `up`, in the order in which parts depend on each other, and nothing else is. A managed or existing",
    "store's secret is rotated where the store is run; the next `up` brings it to what reads it. Nothing is started anew by",
    "a change of a Secret that a setting names, since the program never reads it.",
    "",
    ...table(
      ["secret", "command", "starts anew", "meanwhile"],
      secrets.map(([key, facts]) => [
        code(key),
        code(
          facts.setting
            ? `pulumi config set --secret ${facts.setting}`
            : `pulumi config set --path rotate.${key} 1`,
        ),
        [...(facts.restarts ? [facts.restarts] : []), ...consumers(key).map((each) => workload(each).name)]
          .map(code)
          .join(", ") || "nothing",
        facts.meanwhile,
      ]),
    ),
    "",
  ].join("\n");
}

function originOf({ length }: SecretFacts): string {
  return length === undefined ? "given" : `made up: ${length} letters and digits`;
}
