import type { Problem } from "../components/problem.ts";
import {
  type IdentityProvider,
  identityProviders,
  providersOf,
  type SignInArgs,
} from "../components/speckle/sign-in.ts";
import { given } from "./given.ts";
import { pairProblems } from "./pair.ts";
import { registrationOf } from "./registration.ts";
import type { StackFile } from "./schema.ts";

/** The setting with a provider's secret. */
const secretSetting = (provider: IdentityProvider) => `${provider}ClientSecret` as const;

/** The providers' secrets, by provider. */
export function signInSecretsOf(file: StackFile): { [key in IdentityProvider]?: string } {
  const entries = identityProviders.map((provider) => [provider, file[secretSetting(provider)]]);
  return given(Object.fromEntries(entries));
}

/** How people sign in: with a provider nobody has a password of Speckle's own, unless that is asked for. */
export function signInOf({ signIn }: StackFile): SignInArgs {
  return { ...signIn, local: signIn.local ?? providersOf(signIn).length === 0 };
}

/** What is wrong with the settings about signing in. */
export function signInProblems(file: StackFile): Problem[] {
  const { outbound } = file;
  const signIn = signInOf(file);
  const providers = providersOf(signIn);
  return [
    ...identityProviders.flatMap((provider) => {
      const setting = secretSetting(provider);
      return pairProblems(setting, file[setting], Boolean(signIn[provider]), `signIn.${provider} is set`);
    }),
    ...(providers.length === 0 ? localProblems(signIn) : accountProblems(file, providers)),
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

function localProblems(signIn: SignInArgs): Problem[] {
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

/** Who was let in by a provider comes back by the same call as one who was not: Speckle must tell them apart itself. */
function accountProblems(file: StackFile, providers: readonly IdentityProvider[]): Problem[] {
  if (registrationOf(file) !== "invited" || file.administrator !== undefined) return [];
  const names = providers.join(" and ");
  return [
    {
      path: "administrator",
      reason: `is required with \`registration: invited\` and ${names}: Speckle makes an account for whoever the provider lets in, and the first becomes the administrator`,
      fix: "Give the mail address by which the provider knows whoever is to administer Speckle, such as admin@example.com.",
    },
  ];
}
