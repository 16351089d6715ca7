/** @param {number} since */
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs one step. Prints a line when it ends, and one every ten seconds until then.
 * @template T
 * @param {string} title
 * @param {() => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const since = Date.now();
  const reminder = setInterval(() => console.log(`  … ${title} (${seconds(since)})`), 10_000);
  try {
    const result = await work();
    console.log(`  ok  ${title} (${seconds(since)})`);
    return result;
  } catch (error) {
    console.log(`FAIL  ${title} (${seconds(since)})`);
    throw error;
  } finally {
    clearInterval(reminder);
  }
}
