/// A small built-in S3: buckets with versions, objects that flow to and from disk, multipart uploads, listings.
///
/// Start with [dev.podium.s3.S3Api]. [dev.podium.s3.Buckets], [dev.podium.s3.Objects] and [dev.podium.s3.Uploads]
/// are the collections; a record per key holds all its versions, whose bytes lie in files of their own. This
/// package
/// must not know what the objects are for; [dev.podium.s3.ObjectReader] hands them to others.
///
/// @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html">API reference</a>
@NullMarked
package dev.podium.s3;

import org.jspecify.annotations.NullMarked;
