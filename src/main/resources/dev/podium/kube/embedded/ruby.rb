# Runs a Ruby function: asks Podium's Runtime API for invocations over one kept connection.
# Stands in for Amazon's runtime client on the embedded cluster. Needs nothing but Ruby 2.7 or later.
require 'json'
require 'socket'

# What bundler has put beside the code; AWS's images name it in GEM_PATH.
Gem.paths = {
  'GEM_PATH' => [ENV['GEM_PATH'], *Dir.glob("#{ENV['LAMBDA_TASK_ROOT']}/vendor/bundle/ruby/*")].compact.join(':')
}

PODIUM_PREFIX = '/2018-06-01/runtime/'
PODIUM_ADDRESS = ENV.fetch('AWS_LAMBDA_RUNTIME_API')

class PodiumConnection
  def send(method, target, body = '', extra = '')
    kept = !@socket.nil?
    head = "#{method} #{PODIUM_PREFIX}#{target} HTTP/1.1\r\nHost: #{PODIUM_ADDRESS}\r\n" \
           "Content-Type: application/json\r\n#{extra}Content-Length: #{body.bytesize}\r\n\r\n"
    request = head.b + body.b
    begin
      open unless kept
      @socket.write(request)
      read
    rescue SystemCallError, IOError
      raise unless kept
      # An idle connection may have been closed meanwhile: once more on a new one.
      open
      @socket.write(request)
      read
    end
  end

  private

  def open
    host, _, port = PODIUM_ADDRESS.rpartition(':')
    @socket = TCPSocket.new(host, port.to_i)
    @socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
  end

  def line
    text = @socket.gets("\r\n")
    raise IOError, 'closed' if text.nil?
    text.chomp
  end

  def read
    status = line.split(' ')[1].to_i
    headers = {}
    until (field = line).empty?
      name, value = field.split(':', 2)
      headers[name.downcase] = value.strip
    end
    body = +''.b
    if headers.fetch('transfer-encoding', '').include?('chunked')
      while (size = line.to_i(16)) > 0
        body << @socket.read(size)
        line
      end
      line
    else
      size = headers.fetch('content-length', '0').to_i
      body = @socket.read(size) || '' if size > 0
    end
    if headers['connection'].to_s.downcase == 'close'
      @socket.close
      @socket = nil
    end
    [status, headers, body]
  end
end

class PodiumContext
  attr_reader :aws_request_id, :invoked_function_arn, :deadline_ms, :function_name, :function_version,
              :memory_limit_in_mb, :log_group_name, :log_stream_name, :client_context, :identity

  def initialize(headers)
    @aws_request_id = headers['lambda-runtime-aws-request-id']
    @invoked_function_arn = headers['lambda-runtime-invoked-function-arn']
    @deadline_ms = headers['lambda-runtime-deadline-ms'].to_i
    @function_name = ENV['AWS_LAMBDA_FUNCTION_NAME']
    @function_version = ENV['AWS_LAMBDA_FUNCTION_VERSION']
    @memory_limit_in_mb = ENV['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']
    @log_group_name = ENV['AWS_LAMBDA_LOG_GROUP_NAME']
    @log_stream_name = ENV['AWS_LAMBDA_LOG_STREAM_NAME']
    context = headers['lambda-runtime-client-context']
    @client_context = JSON.parse(context) if context
    identity = headers['lambda-runtime-cognito-identity']
    @identity = JSON.parse(identity) if identity
  end

  def get_remaining_time_in_millis
    [0, @deadline_ms - (Time.now.to_f * 1000).to_i].max
  end
end

def podium_error(connection, target, kind, error)
  fields = { errorMessage: error.message, errorType: kind, stackTrace: (error.backtrace || []).reject { |l| l.start_with?(__FILE__) } }
  puts JSON.generate(fields)
  connection.send('POST', target, JSON.generate(fields), "Lambda-Runtime-Function-Error-Type: #{kind.gsub(/[^\x20-\x7e]/, '?')}\r\n")
end

def podium_handler(root, name)
  file, *path = name.split('.')
  raise ArgumentError, "Invalid handler #{name}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD" if path.empty?
  $LOAD_PATH.unshift(root)
  require File.join(root, file)
  method = path.pop
  target = path.empty? ? self : Object.const_get(path.join('::'))
  raise NameError, "Handler #{name} is not defined" unless target.respond_to?(method, true)
  ->(event, context) { target.send(method, event: event, context: context) }
end

$stdout.sync = true
$stderr.sync = true
connection = PodiumConnection.new
begin
  begin
    handler = podium_handler(ENV.fetch('LAMBDA_TASK_ROOT', Dir.pwd), ENV.fetch('_HANDLER', ''))
  rescue LoadError, NameError, ArgumentError, SyntaxError => e
    kind = { LoadError => 'Init<LoadError>', SyntaxError => 'Init<SyntaxError>' }.fetch(e.class, "Init<#{e.class}>")
    podium_error(connection, 'init/error', kind, e)
    exit!(1)
  end
  loop do
    status, headers, body = connection.send('GET', 'invocation/next')
    exit!(1) unless status == 200
    id = headers['lambda-runtime-aws-request-id']
    ENV['_X_AMZN_TRACE_ID'] = headers['lambda-runtime-trace-id'] if headers['lambda-runtime-trace-id']
    begin
      result = JSON.generate(handler.call(JSON.parse(body), PodiumContext.new(headers)))
    rescue StandardError, ScriptError => e
      podium_error(connection, "invocation/#{id}/error", "Function<#{e.class}>", e)
      next
    end
    connection.send('POST', "invocation/#{id}/response", result)
  end
rescue SystemCallError, IOError
  # The server is gone, and with it all that this process is for.
  exit!(1)
end
