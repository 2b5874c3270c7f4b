const beginning = "concealed-";

/** A text in the place of an encrypted secret, for whoever plans or rehearses without the stack's passphrase. */
export function concealed(text: string): string {
  return `${beginning}${text}`;
}

/** Whether a text only stands for a secret, so that nothing can be said of its content. */
export function isConcealed(text: string): boolean {
  return text.startsWith(beginning);
}
