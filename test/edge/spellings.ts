import fc from "fast-check";

/** One call, spelt in one of the many ways that programs read differently. */
export interface Call {
  readonly method: string;
  /** Path and query as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly http2: boolean;
}

/** Ways to write one character of a path. */
function spelled(char: string): fc.Arbitrary<string> {
  const code = char.charCodeAt(0).toString(16);
  const others = char === "/" ? ["//", "\\", "%2f", "%5C", "/./", "/x/../", "/%2e/"] : [];
  return fc.oneof(
    { weight: 40, arbitrary: fc.constant(char) },
    { weight: 1, arbitrary: fc.constantFrom(char.toUpperCase(), `%${code}`, `%25${code}`, ...others) },
  );
}

const paths = (known: readonly string[]) =>
  fc
    .tuple(
      fc.oneof(
        { weight: 12, arbitrary: fc.constant("") },
        {
          weight: 1,
          arbitrary: fc.constantFrom(
            "/",
            "/.",
            "/api/..",
            "/graphql",
            "/objects/x/../..",
            "/api",
            "https://other.example",
          ),
        },
      ),
      fc.constantFrom(...known).chain((path) => fc.tuple(...[...path].map(spelled))),
      fc.oneof(
        { weight: 8, arbitrary: fc.constant("") },
        {
          weight: 1,
          arbitrary: fc.constantFrom("/", "//", "#", ";a=b", "%00", "%23", "/.", "%20", "#/x", "%0a"),
        },
      ),
    )
    .map(([before, letters, after]) => `${before}${letters.join("")}${after}`);

const keys = [
  "challenge",
  "token",
  "inviteId",
  "newsletter",
  "token[]",
  "token[0]",
  "token[a]",
  "token%5B%5D",
  "tok%65n",
  "Token",
  "token%00",
  "token+",
  "__proto__[token]",
  "hasOwnProperty",
  "token.a",
  "#token",
  "",
];
const values = [
  "=abc",
  "=a",
  "=",
  "",
  "=true",
  "=a%20b",
  "=a#b",
  "=%23",
  "=a;b",
  "=%00",
  "==a",
  "=a%26token=b",
  "=é",
  "=%FF",
];
const separators = ["&", "&", "&", "&", "&&", ";", "&#&", "#&", "?", "%26"];

const pair = fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)).map((parts) => parts.join(""));
/** Parameters that mean nothing, few or more than qs reads. */
const fillers = fc
  .tuple(fc.constantFrom(0, 1, 900, 998, 1000, 1100), fc.constantFrom("a=1", "a[]=1", "a", ""))
  .map(([count, one]) => Array(count).fill(one).join("&"));

/** Queries as Speckle's page sends them, with something else between, before or after. */
const queries = fc.oneof(
  fc.constantFrom("?challenge=abc&token=def", "?challenge=a-b&token=d&newsletter=true", "?challenge=abc", ""),
  fc
    .tuple(
      fc.shuffledSubarray(["challenge=abc", "token=def", "newsletter=true"], { minLength: 1 }),
      fc.array(fc.oneof({ weight: 4, arbitrary: pair }, { weight: 1, arbitrary: fillers }), { maxLength: 3 }),
      fc.infiniteStream(fc.constantFrom(...separators)),
      fc.nat(),
    )
    .map(([own, others, between, at]) => {
      const all = [...own];
      for (const [index, other] of others.entries()) all.splice((at + index) % (all.length + 1), 0, other);
      return `?${all.reduce((text, next) => `${text}${between.next().value}${next}`)}`;
    }),
);

const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { "content-type": "application/json" },
      { "x-http-method-override": "POST" },
      { "x-original-url": "/auth/local/register?challenge=a" },
      { "x-rewrite-url": "/metrics" },
      { "x-forwarded-prefix": "/auth/local" },
      { "x-forwarded-uri": "/auth/local/register?challenge=a" },
      { cookie: "__Host-speckle-registration=; token=a" },
    ),
  },
);

/** Calls of these paths, spelt in every way. */
export function calls(known: readonly string[], methods: readonly string[]): fc.Arbitrary<Call> {
  return fc.record({
    method: fc.constantFrom(...methods),
    target: fc.tuple(paths(known), queries).map((parts) => parts.join("")),
    headers,
    http2: fc.boolean(),
  });
}
