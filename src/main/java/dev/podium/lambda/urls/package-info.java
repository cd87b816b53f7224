/// Function URLs: their configurations, and the requests that come to them.
///
/// Entry types: [dev.podium.lambda.urls.FunctionUrls], the collection, and
/// [dev.podium.lambda.urls.UrlRequests], which answers requests. Knows no operation of the Lambda API.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html">Function URLs</a>
@NullMarked
package dev.podium.lambda.urls;

import org.jspecify.annotations.NullMarked;
