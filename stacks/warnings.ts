import type { Problem } from "../components/problem.ts";
import type { Settings } from "./settings.ts";
import { supportWarnings } from "./support.ts";

/** What goes on for now with these settings, and should not for ever; and what their environment cannot start without. */
export function settingsWarnings(
  {
    cluster,
    acknowledged = [],
    email,
    signIn,
  }: Pick<Settings, "cluster" | "acknowledged" | "email" | "signIn">,
  today: Date,
): Problem[] {
  return [
    ...supportWarnings(cluster, today),
    ...acknowledged.map(unprotected),
    ...(email ? [neededAtStart("email", `the mail server ${email.host}`)] : []),
    ...(signIn.oidc
      ? [neededAtStart("signIn.oidc", `the identity provider ${new URL(signIn.oidc.discoveryUrl).host}`)]
      : []),
  ];
}

/** Source: speckle-server, packages/server/modules/emails/clients/smtp.ts and modules/auth/strategies/oidc.ts. */
function neededAtStart(path: string, whom: string): Problem {
  return {
    path,
    reason: `server and objects ask ${whom} at each start, and end without an answer: while it is away, none of their pods starts`,
    fix: "See that it answers before an update. If it stays away, take the setting out until it is back: docs/incidents.md.",
  };
}

function unprotected(name: string): Problem {
  return {
    path: "acknowledgeDataLoss",
    reason: `${name} is named, and so not protected: whatever changes it may take its data away`,
    fix: "Take the name out as soon as the change it is there for is made.",
  };
}
