import type { Catalogue, DiscoveredModel } from '#ports/provider.ts';
import { describeStatus } from '../_kit/describe-status.ts';
import { familyOf } from '../_kit/family.ts';
import { StatusFault } from '../_kit/status-fault.ts';
import type { Target } from '../_kit/target.ts';
import { findCatalogueTarget, type Vendor } from './vendor.ts';

/** The models of a vendor, by `list`, which may throw a `StatusFault`. */
export function vendorCatalogue(
  vendor: Vendor,
  list: (target: Target, signal: AbortSignal) => Promise<readonly DiscoveredModel[]>,
): Catalogue {
  return {
    async discover(env, signal, options) {
      const target = findCatalogueTarget(vendor, env, options);
      try {
        return await list(target, signal);
      } catch (error) {
        throw error instanceof StatusFault ? describeStatus(error, target, []) : error;
      }
    },
  };
}

/** A model of which its vendor tells the name and the window alone. */
export function listedModel(name: string, contextLength: number | null | undefined): DiscoveredModel {
  return {
    name,
    sizeBytes: null,
    parameters: null,
    quantisation: null,
    contextLength: contextLength ?? null,
    family: familyOf(name),
    digest: null,
    loaded: null,
  };
}
