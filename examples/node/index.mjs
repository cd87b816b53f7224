// Greets, and says which invocation of its environment this is.
let count = 0;

export const handler = async (event, context) => {
  count += 1;
  const name = event.name ?? "world";
  console.log(`greeting ${name}, ${context.getRemainingTimeInMillis()} ms left`);
  return { message: `Hello ${name} from ${context.functionName}`, invocation: count };
};
