//! The behaviour that every test function shares: the event says what to do.
use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde_json::{json, Value};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

static CALLS: AtomicU64 = AtomicU64::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let started = format!("rust-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos());
    run(service_fn(|call: LambdaEvent<Value>| handle(call, started.clone()))).await
}

async fn handle(call: LambdaEvent<Value>, started: String) -> Result<Value, Error> {
    let (event, context) = call.into_parts();
    println!("rust handles {event}");
    if let Some(millis) = event["sleepMillis"].as_u64() {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
    if let Some(code) = event["exitCode"].as_i64() {
        std::process::exit(code as i32);
    }
    if let Some(message) = event["fail"].as_str() {
        return Err(message.to_owned().into());
    }
    let variable = event["variable"].as_str().and_then(|name| std::env::var(name).ok());
    Ok(json!({"runtime": "rust", "calls": CALLS.fetch_add(1, Ordering::Relaxed) + 1, "environment": started,
        "function": context.env_config.function_name, "version": context.env_config.version,
        "arn": context.invoked_function_arn, "requestId": context.request_id, "variable": variable, "echo": event}))
}
