import { speckleSecrets } from "./secrets.ts";

/** Identity providers that Speckle's server knows. */
export const identityProviders = ["google", "github", "azureAd", "oidc"] as const;
export type IdentityProvider = (typeof identityProviders)[number];

/** How people sign in. */
export interface SignInArgs {
  /** With a mail address and a password of Speckle's own. */
  readonly local: boolean;
  readonly google?: { readonly clientId: string } | undefined;
  readonly github?: { readonly clientId: string } | undefined;
  /** Microsoft Entra ID, formerly Azure AD. */
  readonly azureAd?:
    | {
        readonly clientId: string;
        /** Identifier of the directory whose people may sign in. */
        readonly tenant: string;
        /** What the button says. */
        readonly name: string;
      }
    | undefined;
  readonly oidc?:
    | {
        readonly clientId: string;
        /** What the button says. */
        readonly name: string;
        /** Address of the provider's discovery document; the server asks it when it starts, and ends when it is away. */
        readonly discoveryUrl: string;
      }
    | undefined;
  /** IPv4 ranges of the providers; the public internet when absent. */
  readonly ranges?: readonly string[] | undefined;
}

/** The providers in use. */
export function providersOf(signIn: Pick<SignInArgs, IdentityProvider>): IdentityProvider[] {
  return identityProviders.filter((provider) => signIn[provider]);
}

/** The chart's `server.auth`. */
export function signInValues(signIn: SignInArgs) {
  const { local, google, github, azureAd, oidc } = signIn;
  return {
    local: { enabled: local },
    ...(google && { google: client("google", google) }),
    ...(github && { github: client("github", github) }),
    ...(azureAd && {
      azure_ad: {
        ...client("azureAd", azureAd),
        org_name: quoted(azureAd.name),
        identity_metadata: quoted(`${authorityOf(azureAd)}/.well-known/openid-configuration`),
        issuer: quoted(authorityOf(azureAd)),
      },
    }),
    ...(oidc && {
      oidc: { ...client("oidc", oidc), name: quoted(oidc.name), discovery_url: quoted(oidc.discoveryUrl) },
    }),
  };
}

function client(provider: IdentityProvider, { clientId }: { readonly clientId: string }) {
  const { name: secretName, key: secretKey } = speckleSecrets[provider];
  return { enabled: true, client_id: quoted(clientId), clientSecret: { secretName, secretKey } };
}

/** The chart writes these into its documents as they are: a number would become no text, and a colon no document. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function authorityOf({ tenant }: { readonly tenant: string }): string {
  return `https://${microsoft}/${tenant}/v2.0`;
}

const microsoft = "login.microsoftonline.com";

/** Where the server asks about people who sign in: hosts, ports and ranges; undefined where it asks nobody. */
export function signInReach(signIn: SignInArgs) {
  const providers = providersOf(signIn);
  if (providers.length === 0) return undefined;
  const { oidc, ranges } = signIn;
  const discovery = oidc && new URL(oidc.discoveryUrl);
  const hosts: Record<IdentityProvider, string[]> = {
    google: ["accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com"],
    github: ["github.com", "api.github.com"],
    azureAd: [microsoft],
    oidc: discovery ? [discovery.hostname, "whatever its discovery document names"] : [],
  };
  const httpsPort = 443;
  const own = Number(discovery?.port || httpsPort);
  return {
    hosts: providers.flatMap((provider) => hosts[provider]),
    ports: own === httpsPort ? [httpsPort] : [httpsPort, own],
    ranges,
  };
}
