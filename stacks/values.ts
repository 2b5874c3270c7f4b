import { z } from "zod";
import { parseQuantity } from "../components/quantity.ts";

/** A label of a host name. */
export const hostLabel = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/** A name Kubernetes takes as a label of DNS. @param what it names, for the problem's words */
export const dnsLabel = (what: string) =>
  z.string().regex(new RegExp(`^${hostLabel}$`), `must be ${what}: lower-case letters, digits and dashes`);

/** A Kubernetes quantity above zero; YAML takes one without a unit for a number. */
export const quantity = z.coerce.string().refine((text) => (parseQuantity(text) ?? 0) > 0, {
  error: "must be a Kubernetes quantity above zero, such as 500m or 2Gi",
  abort: true,
});

/** An amount of memory or storage as a Kubernetes quantity. */
export const byteQuantity = quantity.refine(
  (text) => (parseQuantity(text) ?? 0) >= 2 ** 20,
  "is less than a megabyte: a number without a unit is one of bytes, so write one such as Mi or Gi",
);

/** A range of IPv4 addresses. */
export const ipv4Range = z
  .string()
  .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, "must be an address range, such as 203.0.113.7/32")
  .refine(
    (text) => text.split(/[./]/).every((part, index) => Number(part) <= (index === 4 ? 32 : 255)),
    "has a part that is too large",
  );
