/** A transport protocol that policies tell apart. */
export type Protocol = "TCP" | "UDP" | "SCTP";

/** Selects objects by their labels; an empty one selects all of them. */
export interface LabelSelector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: string[];
  }[];
}

/** One side of a rule: pods by labels, or a range of addresses. */
export interface PolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: string[] };
}

/** The ports of a rule: one, a named one, a range, or all of a protocol. */
export interface PolicyPort {
  /** TCP when absent. */
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

/** What may come in. */
export interface IngressRule {
  readonly from?: PolicyPeer[];
  readonly ports?: PolicyPort[];
}

/** What may go out. */
export interface EgressRule {
  readonly to?: PolicyPeer[];
  readonly ports?: PolicyPort[];
}

/** A NetworkPolicy of `networking.k8s.io/v1` as plain data: written by this project, or as the API server stored it. */
export interface NetworkPolicy {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "NetworkPolicy";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly policyTypes?: ("Ingress" | "Egress")[];
    readonly ingress?: IngressRule[];
    readonly egress?: EgressRule[];
  };
}
