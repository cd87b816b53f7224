// A plain web server as an image function: the `http` transport. It answers what it was sent, so that a test
// can see method, path, headers and body as they arrived.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

func main() {
	var served atomic.Int64
	host, _ := os.Hostname()
	http.HandleFunc("/healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	http.HandleFunc("/metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprintf(w, "# TYPE served_total counter\nserved_total %d\n", served.Load())
	})
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		served.Add(1)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var event struct {
			Fail        string
			ExitCode    *int
			SleepMillis int
			Status      string
		}
		_ = json.Unmarshal(body, &event)
		time.Sleep(time.Duration(event.SleepMillis) * time.Millisecond)
		if event.ExitCode != nil {
			os.Exit(*event.ExitCode)
		}
		fmt.Fprintln(os.Stderr, "served", r.Method, r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		status := 200
		if event.Fail != "" {
			w.WriteHeader(500)
			json.NewEncoder(w).Encode(map[string]string{"errorType": "Failure", "errorMessage": event.Fail})
			return
		}
		if s, err := strconv.Atoi(r.URL.Query().Get("status")); err == nil {
			status = s
		}
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]any{"runtime": "http", "method": r.Method, "path": r.URL.RequestURI(),
			"headers": r.Header, "echo": string(body), "environment": host})
	})
	server := &http.Server{Addr: ":8080", ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}
