import type { EndpointGate, EndpointGates, Turns } from './endpoint-gates.ts';

/**
 * The gates for models that a repository defines, behind a server that others share. Their calls keep to the limits of
 * the endpoint, and to those that they state. What they state, and what they found out of order, is for their
 * repository alone: a stranger must not slow or shut an endpoint for everybody.
 */
export function createRepositoryGates(shared: EndpointGates, repository: string): EndpointGates {
  return (endpoint, terms) => {
    const everybodys = shared(endpoint, { ...terms, modelId: 'any of a repository', concurrency: null, rateLimit: null });
    const own = shared(`${repository} ${endpoint}`, terms);
    const limit: Turns = (work) => own.limit(() => everybodys.limit(work));
    return { limit, globalLimit: everybodys.globalLimit, rate: keepBoth(own.rate, everybodys.rate), breaker: own.breaker };
  };
}

type Rate = EndpointGate['rate'];

function keepBoth(own: Rate, everybodys: Rate): Rate {
  return {
    exceededBy: (request) => own.exceededBy(request) ?? everybodys.exceededBy(request),
    async take(request, signal) {
      await own.take(request, signal);
      await everybodys.take(request, signal);
    },
    settle(reply) {
      own.settle(reply);
      everybodys.settle(reply);
    },
  };
}
