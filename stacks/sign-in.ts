import type { Problem } from "../components/problem.ts";
import { type IdentityProvider, identityProviders, providersOf } from "../components/speckle/sign-in.ts";
import { registrationOf } from "./door.ts";
import { given } from "./given.ts";
import { pairProblems } from "./pair.ts";
import type { StackFile } from "./schema.ts";

/** The setting with a provider's secret. */
const secretSetting = (provider: IdentityProvider) => `${provider}ClientSecret` as const;

/** The providers' secrets, by provider. */
export function signInSecretsOf(file: StackFile): { [key in IdentityProvider]?: string } {
  const entries = identityProviders.map((provider) => [provider, file[secretSetting(provider)]]);
  return given(Object.fromEntries(entries));
}

/** What is wrong with the settings about signing in. */
export function signInProblems(file: StackFile): Problem[] {
  const { signIn, outbound } = file;
  const providers = providersOf(signIn);
  return [
    ...identityProviders.flatMap((provider) => {
      const setting = secretSetting(provider);
      return pairProblems(setting, file[setting], Boolean(signIn[provider]), `signIn.${provider} is set`);
    }),
    ...(providers.length === 0 ? localProblems(file) : accountProblems(file, providers)),
    ...(providers.length > 0 && outbound === "none" && !signIn.ranges
      ? [
          {
            path: "signIn.ranges",
            reason: "is required with `outbound: none`: the server asks the providers who somebody is",
            fix: "Give the providers' own address ranges, or set outbound to required.",
          },
        ]
      : []),
  ];
}

function localProblems({ signIn }: StackFile): Problem[] {
  const none = {
    path: "signIn.local",
    reason: "nobody could sign in: there is no identity provider either",
    fix: "Leave it on, or set google, github, azureAd or oidc under signIn.",
  };
  const ranges = {
    path: "signIn.ranges",
    reason: "is used only with an identity provider",
    fix: "Remove it.",
  };
  return [...(signIn.local ? [] : [none]), ...(signIn.ranges ? [ranges] : [])];
}

/** Who was let in by a provider comes back by the same call as one who was not: Traefik cannot tell them apart. */
function accountProblems(file: StackFile, providers: readonly IdentityProvider[]): Problem[] {
  if (registrationOf(file) !== "invited") return [];
  const names = providers.join(" and ");
  return [
    {
      path: "registration",
      reason: `invited cannot be kept with ${names}: Speckle makes an account for whoever the provider lets in, and the first becomes the administrator`,
      fix: "Set it to first with allowFrom until the administrator is there, and then to open; in Speckle its administrator can make the server invite-only.",
    },
  ];
}
