const tasks = new Set<() => void>();

/** Does a task when this process exits before it was forgotten. Answers how to forget it. */
export function atProcessExit(task: () => void): () => void {
  if (tasks.size === 0) process.on('exit', doTasks);
  tasks.add(task);
  return () => {
    tasks.delete(task);
    if (tasks.size === 0) process.off('exit', doTasks);
  };
}

function doTasks(): void {
  for (const task of tasks) task();
}
