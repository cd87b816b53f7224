/// Amazon SQS, small and durable: queues, their messages, dead-letter queues, FIFO order and deduplication.
///
/// Entry type: [dev.podium.sqs.Queues], also for others in this process; [dev.podium.sqs.SqsApi] is its wire side.
/// Who uses the queues is not known here.
@NullMarked
package dev.podium.sqs;

import org.jspecify.annotations.NullMarked;
