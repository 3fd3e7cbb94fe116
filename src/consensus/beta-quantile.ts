/** Closer than this a quantile need not be known. */
const EXACT = 1e-13;
/** Terms below this share of the sum change nothing that a number can hold. */
const NEGLIGIBLE = 1e-18;

/**
 * The value below which a variable of Beta(a, b) lies with probability `p`, for whole a, b ≥ 1 and 0 < p < 1: by
 * bisection, exact to the last digits for hundreds of thousands of judgements.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  const n = a + b - 1;
  const [logUpper, logLower] = [logChoose(n, a), logChoose(n, a - 1)];
  let [low, high] = [0, 1];
  while (high - low > EXACT * high) {
    const x = (low + high) / 2;
    const below = a > n * x ? upperTail(n, a, x, logUpper) : 1 - lowerTail(n, a - 1, x, logLower);
    if (below < p) low = x;
    else high = x;
  }
  return (low + high) / 2;
}

/*
 * Beta(a, b) lies below x as often as a + b − 1 throws that succeed with x succeed at least a times
 * (https://dlmf.nist.gov/8.17#E5). Either tail is summed from its largest term outwards, so that nothing underflows
 * that matters.
 */

/** P(successes ≥ k) of n throws, for k above the mean. */
function upperTail(n: number, k: number, x: number, logChosen: number): number {
  const odds = x / (1 - x);
  let term = Math.exp(logChosen + k * Math.log(x) + (n - k) * Math.log1p(-x));
  let sum = term;
  for (let j = k; j < n && term > sum * NEGLIGIBLE; j += 1) {
    term *= ((n - j) / (j + 1)) * odds;
    sum += term;
  }
  return sum;
}

/** P(successes ≤ k) of n throws, for k below the mean. */
function lowerTail(n: number, k: number, x: number, logChosen: number): number {
  const odds = (1 - x) / x;
  let term = Math.exp(logChosen + k * Math.log(x) + (n - k) * Math.log1p(-x));
  let sum = term;
  for (let j = k; j > 0 && term > sum * NEGLIGIBLE; j -= 1) {
    term *= (j / (n - j + 1)) * odds;
    sum += term;
  }
  return sum;
}

/** Logarithm of the number of ways to choose k of n. */
function logChoose(n: number, k: number): number {
  const fewer = Math.min(k, n - k);
  let sum = 0;
  for (let i = 1; i <= fewer; i += 1) sum += Math.log((n - fewer + i) / i);
  return sum;
}
