/** What an error says, for a log line. A failed attempt at several addresses says it only for each of them. */
export function errorText(error: Error): string {
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.map((one) => errorText(asError(one))).join('; ');
  return (error as NodeJS.ErrnoException).code ?? error.name;
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
