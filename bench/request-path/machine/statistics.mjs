/** @param {number} value @param {number} [digits] */
export const rounded = (value, digits = 2) => Number(value.toFixed(digits));

/** @param {number[]} values @param {number} q 0 to 1 */
export function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b);
  return Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]);
}

/** @param {number[]} values */
export const median = (values) => quantile(values, 0.5);

/** @param {number[]} values @param {number} [digits] */
export const spread = (values, digits = 1) => ({
  median: rounded(median(values), digits),
  min: rounded(Math.min(...values), digits),
  max: rounded(Math.max(...values), digits),
});
