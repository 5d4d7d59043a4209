/** Lets in no more than a given weight at a time; who comes first goes first. */
export interface Gate {
  /** Resolves when `weight` fits; rejects with the signal's reason when it is aborted before that. */
  enter(weight: number, signal: AbortSignal): Promise<void>;
  leave(weight: number): void;
}

/** Opens a gate for `capacity`. What is heavier than that enters alone. */
export function createGate(capacity: number): Gate {
  let inside = 0;
  const waiting: { weight: number; go(): void }[] = [];
  function letIn(): void {
    for (let first = waiting[0]; first && fits(first.weight); first = waiting[0]) {
      waiting.shift();
      inside += first.weight;
      first.go();
    }
  }
  const fits = (weight: number): boolean => inside === 0 || inside + weight <= capacity;
  return {
    enter(weight, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const entry = { weight, go };
        function go(): void {
          signal.removeEventListener('abort', giveUp);
          resolve();
        }
        function giveUp(): void {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(signal.reason as Error);
          letIn();
        }
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.push(entry);
        letIn();
      });
    },
    leave(weight) {
      inside -= weight;
      letIn();
    },
  };
}
