/** One part of a form: words as they are, or one or more characters of a class. */
export type Part = string | { readonly someOf: string };

/**
 * A regular expression for every text but those of a form. RE2, which Traefik reads, has no negation, and Traefik can
 * act on what matches only: so this is how it lets pass what has exactly one form.
 * @param form none of its words begins with a character of the class before it
 * @param tail words that may follow, or not
 */
export function everythingBut(form: readonly Part[], tail = ""): string {
  return after(form, tail, "");
}

/** Ways to leave the form from here on. @param before class of the character read last, which may come again */
function after([part, ...rest]: readonly Part[], tail: string, before: string): string {
  if (part === undefined) return afterForm(tail, before);
  if (typeof part === "string") return words(part, before, after(rest, tail, ""));
  return `(?:$|[^${part.someOf}]|[${part.someOf}]+${after(rest, tail, part.someOf)})`;
}

/** Here the text may end. */
function afterForm(tail: string, before: string): string {
  if (tail === "") return before ? `[^${before}]` : anything;
  const [first = "", ...others] = tail;
  return `(?:[^${inClass(first)}${before}]|${alone(first)}${words(others.join(""), "", anything)})`;
}

/** Here the words must come, and what leaves the form after them. */
function words(text: string, before: string, next: string): string {
  return [...text].reduceRight((rest, char, index) => {
    return `(?:$|[^${inClass(char)}${index === 0 ? before : ""}]|${alone(char)}${rest})`;
  }, next);
}

const anything = "[\\s\\S]";

function inClass(char: string): string {
  return char.replace(/[\\\]^-]/, "\\$&");
}

function alone(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
}
