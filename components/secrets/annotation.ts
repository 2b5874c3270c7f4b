/** Annotation with which the pods of a store carry the mark of their secret. */
export const secretVersionAnnotation = "speckle-stacks/secret-version";
