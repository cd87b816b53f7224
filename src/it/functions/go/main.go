// The behaviour that every test function shares: the event says what to do.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

var started = fmt.Sprint("go-", time.Now().UnixNano())
var calls int

func handle(ctx context.Context, event map[string]any) (map[string]any, error) {
	calls++
	fmt.Println("go handles", event)
	if millis, ok := event["sleepMillis"].(float64); ok {
		time.Sleep(time.Duration(millis) * time.Millisecond)
	}
	if code, ok := event["exitCode"].(float64); ok {
		os.Exit(int(code))
	}
	if message, ok := event["fail"].(string); ok {
		return nil, errors.New(message)
	}
	if message, ok := event["panic"].(string); ok {
		panic(message)
	}
	call, _ := lambdacontext.FromContext(ctx)
	name, _ := event["variable"].(string)
	return map[string]any{"runtime": "go", "echo": event, "environment": started, "calls": calls,
		"function": lambdacontext.FunctionName, "version": lambdacontext.FunctionVersion,
		"arn": call.InvokedFunctionArn, "requestId": call.AwsRequestID, "variable": os.Getenv(name)}, nil
}

func main() { lambda.Start(handle) }
